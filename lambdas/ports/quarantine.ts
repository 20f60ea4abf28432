export interface QuarantinedMessage {
  /** The queue's name for the message. */
  id: string;
  /** As it came, so that it can be sent again once whoever cannot read it has learnt to. */
  body: string;
  faults: readonly string[];
}

export interface Quarantine {
  keep(message: QuarantinedMessage): Promise<void>;
}
