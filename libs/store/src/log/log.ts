/** One thing the store did or met. `event` is stable and made for machines, `message` for people. */
export interface StoreLogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly message: string;
}

/** Where the store reports to. Called synchronously; must not throw. Lines never hold a password. */
export type StoreLog = (line: StoreLogLine) => void;

/** For callers that do not listen. */
export const silentLog: StoreLog = () => undefined;
