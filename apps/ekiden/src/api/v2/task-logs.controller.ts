import { Readable } from 'node:stream';
import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Millis } from '@ekiden/kernel';
import type { OutputRequest } from '../../ports/index.js';
import { ApiContext } from '../api-context.js';
import {
  first,
  flag,
  HttpAnswer,
  notFound,
  Problem,
  unavailable,
  type QueryValues,
} from '../http/index.js';
import { parseMoment } from './moment.js';
import { parseTaskId } from './task-id.js';

/** Answers that follow a task at once; each may last for days. */
const FOLLOWED_MAX = 256;

const TAIL_MAX = 1_000_000;
const RETRY_AFTER_SECONDS = 5;

type Wanted = Omit<OutputRequest, 'signal'>;

/** What tasks write to their standard streams, also when they are over. */
@Controller('v2/tasks')
export class TaskLogsController {
  private readonly api: ApiContext;
  private followed = 0;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get(':task/logs')
  async read(@Param('task') task: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    const id = parseTaskId(task);
    const wanted = wantedOf(query, this.api.now);
    if (wanted.follow && this.followed >= FOLLOWED_MAX) {
      const message = `${FOLLOWED_MAX} logs are being followed already. Try again later.`;
      throw unavailable(message, RETRY_AFTER_SECONDS);
    }
    const gone = new AbortController();
    const found = await this.api.tasks.readOutput(id, { ...wanted, signal: gone.signal });
    if (!found.ok && found.error.kind === 'unknown') throw notFound(`Task '${id}' does not exist`);
    if (!found.ok) throw unavailable(found.error.message, RETRY_AFTER_SECONDS);
    const open = (): Readable => {
      const stream = Readable.from(found.value, { objectMode: false });
      if (wanted.follow) this.followed += 1;
      stream.once('close', () => {
        gone.abort();
        if (wanted.follow) this.followed -= 1;
      });
      return stream;
    };
    return new HttpAnswer(200, undefined, headersOf(wanted), { stream: open });
  }
}

/** What is followed is sent as it comes, so nothing may wait for more to compress. */
function headersOf({ follow }: Wanted): Record<string, string> {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    ...(follow ? { 'Content-Encoding': 'identity', 'X-Accel-Buffering': 'no' } : {}),
  };
}

/** Throws a `Problem` that names every parameter that is wrong. */
function wantedOf(query: QueryValues, now: Millis): Wanted {
  const details: { readonly path: string; readonly errors: readonly string[] }[] = [];
  const stream = first(query, 'stream') ?? 'stdout';
  if (stream !== 'stdout' && stream !== 'stderr') {
    details.push({ path: '/stream', errors: [`got ${stream}, expected one of: [stdout, stderr]`] });
  }
  const text = first(query, 'tail');
  const tail = text === undefined ? undefined : Number(text);
  if (tail !== undefined && !(Number.isInteger(tail) && tail >= 0 && tail <= TAIL_MAX)) {
    const rule = `got ${text ?? ''}, expected a whole number between 0 and ${TAIL_MAX}`;
    details.push({ path: '/tail', errors: [rule] });
  }
  const from = first(query, 'since');
  const since = from === undefined ? undefined : parseMoment(from, now);
  if (from !== undefined && since === undefined) {
    const rule = `got ${from}, expected an ISO-8601 time with an offset, or how long ago, as in 10m`;
    details.push({ path: '/since', errors: [rule] });
  }
  if (details.length > 0) throw new Problem(422, { message: 'Object is not valid', details });
  return {
    stream: stream === 'stderr' ? 'stderr' : 'stdout',
    ...(tail === undefined ? {} : { tail }),
    ...(since === undefined ? {} : { since }),
    stamped: flag(query, 'timestamps', false),
    follow: flag(query, 'follow', false),
  };
}
