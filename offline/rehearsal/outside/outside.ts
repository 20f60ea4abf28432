/** The way from a function to the services, through the weather. */
import type { Journal } from "../journal";
import type { VirtualTime } from "../virtual-time";
import { NotRehearsedError, type OutsideReply, type OutsideRequest, type OutsideService } from "./exchange";
import type { Weather } from "./weather";

export interface Caller {
  readonly name: string;
  readonly isAlive: boolean;
}

/** Nobody is there any more to take the answer. */
export class CallerDied extends Error {
  override readonly name = "CallerDied";
}

export class Outside {
  private readonly services = new Map<string, OutsideService>();
  /** Faults of the rehearsal itself: functions catch what they are thrown, so these are kept apart. */
  readonly notRehearsed: string[] = [];
  /** Hears of each request that arrives. */
  observer?: (request: OutsideRequest, caller: Caller) => void;

  constructor(
    private readonly time: VirtualTime,
    private readonly journal: Journal,
    private readonly weather: Weather,
  ) {}

  add(...services: readonly OutsideService[]): void {
    for (const service of services) this.services.set(service.host, service);
  }

  async send(request: OutsideRequest, caller: Caller): Promise<OutsideReply> {
    const fate = this.weather.fate(request);
    const latency = this.weather.latency();
    await this.time.sleep(latency / 2);
    if (fate !== "arrives") this.journal.note(caller.name, "call.troubled", { fate, host: request.host, call: callName(request) });
    if (fate === "dies before" || !caller.isAlive) throw new CallerDied();
    if (fate === "request lost") throw connectionLost();
    this.observer?.(request, caller);
    const reply = await this.answer(request);
    await this.time.sleep(latency / 2);
    if (fate === "dies after" || !caller.isAlive) throw new CallerDied();
    if (fate === "answer lost") throw connectionLost();
    return reply;
  }

  private async answer(request: OutsideRequest): Promise<OutsideReply> {
    const service = this.serviceAt(request.host);
    try {
      if (service === undefined) throw new NotRehearsedError(`${request.method} https://${request.host}${request.path}`);
      return await service.answer(request);
    } catch (error) {
      if (error instanceof NotRehearsedError) this.notRehearsed.push(error.message);
      throw error;
    }
  }

  private serviceAt(host: string): OutsideService | undefined {
    const named = this.services.get(host) ?? [...this.services.values()].find(({ answers }) => answers?.(host) === true);
    return named ?? this.services.get(host.split(".")[0] ?? "");
  }
}

/** The code by which Node names a socket that the other side closed; clients try again. */
function connectionLost(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

function callName({ headers, method, path, body }: OutsideRequest): string {
  return headers["x-amz-target"]?.split(".").pop() ?? /Action=(\w+)/.exec(body)?.[1] ?? `${method} ${path}`;
}
