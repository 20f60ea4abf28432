/** Second word of the names of a loop's own alarms and machines, where the program says none. */
export const DEFAULT_LOOP = "loop";
