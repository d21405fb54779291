import { Controller, Delete, Get, Query } from '@nestjs/common';
import { ApiContext } from '../api-context.js';
import {
  first,
  json,
  notFound,
  unavailable,
  unprocessable,
  type HttpAnswer,
  type QueryValues,
} from '../http/index.js';

/** Who leads, and giving it up (marathon-api 4.8). */
@Controller('v2/leader')
export class LeaderController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get()
  show(): HttpAnswer {
    return json({ leader: this.leader() });
  }

  /** Tasks run on; what was asked for a moment earlier is still done. */
  @Delete()
  abdicate(@Query() query: QueryValues): HttpAnswer {
    for (const name of ['backup', 'restore']) {
      if (first(query, name) === undefined) continue;
      throw unprocessable(
        `'${name}' is not supported: all state is in Postgres. Use pg_dump and pg_restore instead.`,
      );
    }
    this.leader();
    if (!this.api.abdicate()) throw unavailable('This service does not lead', 1);
    return json({ message: 'Leadership abdicated' });
  }

  private leader(): string {
    const { leader } = this.api.leadership();
    if (leader === undefined) throw notFound('There is no leader');
    return leader;
  }
}
