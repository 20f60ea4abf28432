/** How long a state waits for its task, and what it hears of it meanwhile. */
import type { Json } from "../../engine/recording";
import type { VirtualTime } from "../virtual-time";
import { Ending, Stopped } from "./ending";
import { StatesError } from "./failures";
import type { TaskLife } from "./interpreter";

export interface TaskLimits {
  readonly timeoutSeconds: number;
  /** @default - no heartbeat is asked for */
  readonly heartbeatSeconds?: number;
}

/** Virtual milliseconds. */
interface Deadlines {
  readonly deadline: number;
  /** Of the whole execution. */
  readonly latest: number;
}

type End =
  { kind: "done"; output: Json } | { kind: "failed"; error: unknown } | { kind: "silent" } | { kind: "late" } | { kind: "stopped" };

/**
 * The task is an activity beside the state: where the state gives up, the task goes on by itself. A function is not ended by the time-out of the
 * state that called it, and neither is a job.
 */
export async function patiently(
  time: VirtualTime,
  { deadline, latest, heartbeatSeconds }: TaskLimits & Deadlines,
  ending: Ending,
  work: (life: TaskLife) => Promise<Json>,
): Promise<Json> {
  const left = new Ending();
  let forget: () => void = () => undefined;
  const end = await time.waitFor<End>((ended) => {
    let over = false;
    let cancel: () => void = () => undefined;
    let heard = time.now();
    let last = deadline;
    const once = (how: End): void => {
      over = true;
      cancel();
      ended(how);
    };
    const due = () => Math.min(last, heartbeatSeconds === undefined ? last : heard + heartbeatSeconds * 1_000);
    const watch = (): void => {
      cancel = time.startAt(due(), () => {
        if (over) return Promise.resolve();
        if (time.now() >= last) once({ kind: "late" });
        else if (time.now() >= due()) once({ kind: "silent" });
        else watch();
        return Promise.resolve();
      });
    };
    watch();
    forget = ending.heard(() => once({ kind: "stopped" }));
    time.start(async () => {
      try {
        once({ kind: "done", output: await work({ ending, left, beat: () => (heard = time.now()), endure: () => (last = latest) }) });
      } catch (error) {
        once({ kind: "failed", error });
      }
    });
  });
  forget();
  left.end();
  if (end.kind === "done") return end.output;
  if (end.kind === "failed") throw end.error;
  if (end.kind === "stopped") throw new Stopped();
  if (end.kind === "late") throw new StatesError("States.Timeout", "the task took longer than its TimeoutSeconds");
  throw new StatesError("States.HeartbeatTimeout", "nothing was heard of the task for its HeartbeatSeconds");
}
