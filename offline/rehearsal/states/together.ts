/** Branches and iterations side by side: each is an activity of its own, and the state that started them waits. */
import type { VirtualTime } from "../virtual-time";
import { Ending, Stopped } from "./ending";

/**
 * The first failure ends all others at once (AWS, "Parallel workflow state": "all its branches are stopped").
 *
 * @param most so many at once; the next one begins when one has ended
 */
export async function together<T>(
  time: VirtualTime,
  works: readonly ((ending: Ending) => Promise<T>)[],
  most: number,
  outer: Ending,
): Promise<T[]> {
  const results: T[] = [];
  const ending = new Ending(outer);
  let failure: { error: unknown } | undefined;
  let forget: () => void = () => undefined;
  await time.waitFor<void>((end) => {
    let next = 0;
    let open = 0;
    const fill = (): void => {
      while (open < most && next < works.length && failure === undefined && !ending.isOver) begin(next++);
      if (open === 0) end();
    };
    const begin = (index: number): void => {
      open++;
      time.start(async () => {
        try {
          results[index] = (await works[index]?.(ending)) as T;
        } catch (error) {
          if (!(error instanceof Stopped)) failure ??= { error };
          if (failure !== undefined) {
            end();
            ending.end();
          }
        }
        open--;
        fill();
      });
    };
    forget = outer.heard(end);
    fill();
  });
  forget();
  outer.check();
  if (failure !== undefined) throw failure.error;
  return results;
}
