/** One log line: what happened (`event`), in words (`message`), with facts. No secrets. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly message: string;
  /** Ids and numbers. */
  readonly facts?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export type Log = (entry: LogEntry) => void;
