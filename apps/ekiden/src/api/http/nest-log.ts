import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages, as lines of our log. What it says at start is of interest to nobody else. */
export class NestLog implements LoggerService {
  private readonly pino: Logger;

  constructor(pino: Logger) {
    this.pino = pino;
  }

  log(message: unknown, context?: unknown): void {
    this.pino.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.pino.warn({ context }, String(message));
  }

  error(message: unknown, stack?: unknown): void {
    this.pino.error({ stack }, String(message));
  }
}
