/** Rows of invariants made from what a component says of its own arguments. */
import type { Invariant, InvariantContext } from "./invariant";

export interface Judgement<Block extends object> {
  id: string;
  path: string[];
  /** The block of the file that a component's arguments are made of; nothing where the file leaves it out. */
  block: (context: InvariantContext) => Block | undefined;
  groups: Group<Block>[];
  faults: (part: Partial<Block>) => string[];
}

interface Group<Block extends object> {
  keys: (keyof Block & string)[];
  /** Stand-ins for what the component cannot do without and this group is not about. */
  beside?: Partial<Block>;
}

/** Each group of keys is judged alone, so that a mistake in one does not hide the mistakes in the others until the next attempt. */
export function judged<Block extends object>({ id, path, block, groups, faults }: Judgement<Block>): Invariant[] {
  return groups.map(({ keys, beside }) => ({
    id: `${id}-${keys.join("-")}`,
    reads: keys.map((key) => [...path, key]),
    check: (context) => {
      const whole = block(context);
      if (whole === undefined) return [];
      const part = Object.fromEntries(keys.filter((key) => key in whole).map((key) => [key, whole[key]])) as Partial<Block>;
      return faults({ ...beside, ...part }).map((fault) => `${path.join(".")}.${fault}`);
    },
  }));
}

export interface ListJudgement<Block> {
  id: string;
  path: string[];
  blocks: (context: InvariantContext) => readonly Block[];
  faults: (block: Block, context: InvariantContext) => string[];
}

/** The same for a list of blocks, each of which becomes a component. */
export function judgedEach<Block>({ id, path, blocks, faults }: ListJudgement<Block>): Invariant {
  return {
    id,
    reads: [path],
    check: (context) =>
      blocks(context).flatMap((block, index) => faults(block, context).map((fault) => `${path.join(".")}[${index}].${fault}`)),
  };
}
