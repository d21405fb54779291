/** The few log calls used here, in pino's form: facts first, then the event. */
export interface FetcherLog {
  info(facts: Readonly<Record<string, unknown>>, event: string): void;
  warn(facts: Readonly<Record<string, unknown>>, event: string): void;
}
