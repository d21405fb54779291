import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import { Problem, json, type HttpAnswer } from '../http/index.js';
import { logLevel, parseShape, type Shown, type logLevels } from '../schemas/index.js';

/** How much is logged, in this process alone (marathon-api 4.9). */
@Controller('logging')
export class LoggingController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  list(): HttpAnswer {
    const levels = this.api.logLevels.list().map(({ logger, level, isInherited }) => {
      const shown = level.toUpperCase();
      return [logger, isInherited ? `${shown} (inherited)` : shown] as const;
    });
    const all: Shown<typeof logLevels> = Object.fromEntries(levels);
    return json(all);
  }

  @Post()
  set(@Body() body: unknown): HttpAnswer {
    const change = parseShape(logLevel, body);
    const { logger, level, durationSeconds } = change;
    if (!this.api.logLevels.set(logger, level, durationSeconds)) {
      const known = this.api.logLevels.list().map((one) => one.logger);
      const errors = [`is not one of (${known.join(',')})`];
      throw new Problem(422, {
        message: 'Object is not valid',
        details: [{ path: '/logger', errors }],
      });
    }
    const facts = { event: 'log-level', ...change };
    this.api.log.warn(facts, `the log level of ${logger} is ${level}`);
    return json(change, { status: 200 });
  }
}
