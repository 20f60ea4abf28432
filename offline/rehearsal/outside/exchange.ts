/** One request to the world outside a function, and what comes back: the border at which the cloud is replaced. Types, and how JSON services answer. */
export interface OutsideRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as it was sent, where it is more than text. */
  readonly bytes?: Uint8Array;
}

export interface OutsideReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Instead of the body, where it is more than text. */
  readonly bytes?: Uint8Array;
}

export interface OutsideService {
  /** First label of the host, as AWS writes it, or the whole host: `sqs`, `hooks.slack.com`. */
  readonly host: string;
  /** Further hosts: `bucket.s3.us-east-1.amazonaws.com`, `10.0.1.17:8080`. */
  readonly answers?: (host: string) => boolean;
  answer(request: OutsideRequest): Promise<OutsideReply> | OutsideReply;
}

/** A refusal in the words of the service; clients decide by its name whether they try again. */
export class ServiceRefusal extends Error {
  override readonly name = "ServiceRefusal";

  constructor(
    readonly exception: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export function jsonReply(body: unknown, status = 200): OutsideReply {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}

export function refusalReply({ exception, message, status }: ServiceRefusal): OutsideReply {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": exception };
  return { status, headers, body: JSON.stringify({ __type: exception, message, Message: message }) };
}

export type Operations = Readonly<Record<string, (input: never) => unknown>>;

/**
 * AWS's JSON protocols: the operation stands in a header, input and output are JSON.
 *
 * An operation that is not there is no refusal: the functions use what nobody rehearses, and that must be seen.
 */
export function jsonService(host: string, operations: Operations): OutsideService {
  return {
    host,
    answer: async ({ headers, body }) => {
      const name = (headers["x-amz-target"] ?? "").split(".").pop() ?? "";
      const operation = operations[name];
      if (operation === undefined) throw new NotRehearsedError(`${host} ${name}`);
      try {
        return jsonReply((await operation(JSON.parse(body === "" ? "{}" : body) as never)) ?? {});
      } catch (error) {
        if (error instanceof ServiceRefusal) return refusalReply(error);
        throw error;
      }
    },
  };
}

/** A fault of the rehearsal: something is asked of the world that no stand-in knows. */
export class NotRehearsedError extends Error {
  override readonly name = "NotRehearsedError";

  constructor(what: string) {
    super(`The rehearsal has no stand-in for ${what}: add it to offline/rehearsal/standins.`);
  }
}
