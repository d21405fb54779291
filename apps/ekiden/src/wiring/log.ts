import { pino, type Logger } from 'pino';
import type { Log } from '../ports/index.js';

/** JSON lines on standard output; times as ISO text, for people and machines alike. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** The service's log port on a pino logger. */
export function logTo(logger: Logger): Log {
  return ({ level, event, message, facts }) => {
    logger[level]({ event, ...facts }, message);
  };
}
