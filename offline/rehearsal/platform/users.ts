/** Users of a model, and what becomes known of the answers that they get, as a story changes it on the way. */
import type { Labelled, Quality, Traffic } from "../standins/traffic";
import type { VirtualTime } from "../virtual-time";

/** What serves before the rehearsal begins. */
export const RELEASE_BEFORE = "before";

export interface Answers extends Partial<Quality> {
  /** Of labelled predictions, 0 to 1. */
  readonly accuracy?: number;
  /** Where the challenger's answers are better or worse than the champion's. @default - as accurate */
  readonly challengerAccuracy?: number;
  /** So many of a variant, as far as they are known in a window. @default 500 */
  readonly labels?: number;
}

const SOUND = { errorRate: 0.002, p95Milliseconds: 40, accuracy: 0.96 };
const LABELS_A_WINDOW = 500;

interface Change {
  readonly at: number;
  readonly release: string;
  readonly answers: Answers;
}

export class Users {
  private readonly changes: Change[] = [];
  private readonly withoutLabels: { readonly from: number; readonly until: number }[] = [];

  constructor(
    private readonly time: VirtualTime,
    private readonly traffic: Traffic,
  ) {
    traffic.facts = {
      requestsPerMinute: 1_000,
      quality: (release, at) => this.answersOf(release, at),
      labelled: (release, at, variant) => this.labelled(release, at, variant),
    };
  }

  /** The newest release that any user has got; what served before, while there is none. */
  get newest(): string {
    return releasesIn(this.traffic.splits).pop() ?? RELEASE_BEFORE;
  }

  /** From now on the newest release answers so. */
  answer(answers: Answers): void {
    this.changes.push({ at: this.time.now(), release: this.newest, answers });
  }

  /** What is true of predictions becomes known to nobody for so long. */
  loseLabels(milliseconds: number): void {
    this.withoutLabels.push({ from: this.time.now(), until: this.time.now() + milliseconds });
  }

  private answersOf(release: string, at: number): Answers & typeof SOUND {
    const said = this.changes.filter((change) => change.release === release && change.at <= at);
    return Object.assign({ ...SOUND }, ...said.map(({ answers }) => answers)) as Answers & typeof SOUND;
  }

  private labelled(release: string, at: number, variant?: string): Labelled | undefined {
    if (this.withoutLabels.some(({ from, until }) => at > from && at <= until)) return undefined;
    const { accuracy, challengerAccuracy = accuracy, labels = LABELS_A_WINDOW } = this.answersOf(release, at);
    return { accuracy: variant === "challenger" ? challengerAccuracy : accuracy, labels };
  }
}

/** Those that came, in the order in which their first users did. */
export function releasesIn(splits: readonly { readonly of: Readonly<Record<string, number>> }[]): string[] {
  const all = new Set(splits.flatMap(({ of }) => Object.keys(of)));
  return [...all].filter((release) => release !== RELEASE_BEFORE && release !== "");
}
