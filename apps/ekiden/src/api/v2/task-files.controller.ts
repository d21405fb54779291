import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { formatTimestamp, type TaskId } from '@ekiden/kernel';
import {
  parseSandboxPath,
  type NoFile,
  type OpenTaskFile,
  type TaskFile,
} from '../../ports/index.js';
import { ApiContext } from '../api-context.js';
import {
  byteRange,
  first,
  HttpAnswer,
  json,
  notFound,
  Problem,
  unavailable,
  type ByteRange,
  type QueryValues,
} from '../http/index.js';
import type { Shown, taskFiles } from '../schemas/index.js';
import { parseTaskId } from './task-id.js';

const RETRY_AFTER_SECONDS = 5;

/** Files in the sandboxes of tasks, also when they are over. */
@Controller('v2/tasks')
export class TaskFilesController {
  private readonly api: ApiContext;

  constructor(api: ApiContext) {
    this.api = api;
  }

  @Get(':task/files')
  async list(@Param('task') task: string, @Query() query: QueryValues): Promise<HttpAnswer> {
    const id = parseTaskId(task);
    const listed = await this.api.tasks.listFiles(id, pathIn(query));
    if (!listed.ok) throw problemOf(listed.error, id);
    const { files, isPartial } = listed.value;
    return json({ files: files.map(present), ...(isPartial ? { isPartial } : {}) });
  }

  @Get(':task/files/download')
  async download(
    @Param('task') task: string,
    @Query() query: QueryValues,
    @Req() request: FastifyRequest,
  ): Promise<HttpAnswer> {
    const id = parseTaskId(task);
    const path = pathIn(query);
    const opened = await this.api.tasks.openFile(id, path);
    if (!opened.ok) throw problemOf(opened.error, id);
    const file = opened.value;
    const range = byteRange(request.headers.range, file.size);
    if (range === 'unsatisfiable') {
      await file.close();
      const message = `Range Not Satisfiable: the file has ${file.size} bytes`;
      throw new Problem(416, { message }, { 'Content-Range': `bytes */${file.size}` });
    }
    const part = range ?? { from: 0, to: file.size };
    const headers = headersOf(path.at(-1) ?? '', file, part, range !== undefined);
    const status = range === undefined ? 200 : 206;
    if (request.method === 'HEAD') {
      await file.close();
      return new HttpAnswer(status, undefined, headers);
    }
    const open = (): Readable => Readable.from(promised(file, part), { objectMode: false });
    return new HttpAnswer(status, undefined, headers, { stream: open });
  }
}

/** Never shown by a browser as a page of ours: it is downloaded, whatever it is. */
function headersOf(
  name: string,
  { size, modifiedAt }: OpenTaskFile,
  { from, to }: ByteRange,
  isPart: boolean,
): Record<string, string> {
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(to - from),
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(modifiedAt).toUTCString(),
    ...(isPart ? { 'Content-Range': `bytes ${from}-${to - 1}/${size}` } : {}),
  };
}

/** A file that has become shorter meanwhile ends the connection: the client must not wait for more. */
async function* promised(file: OpenTaskFile, { from, to }: ByteRange): AsyncGenerator<Uint8Array> {
  let left = to - from;
  for await (const bytes of file.read(from, to)) {
    left -= bytes.length;
    yield bytes;
  }
  if (left > 0) throw new Error('the file has become shorter while it was read');
}

/** Throws a `Problem` (422) for a path that leads out, or can be none. */
function pathIn(query: QueryValues): readonly string[] {
  const parsed = parseSandboxPath(first(query, 'path') ?? '');
  if (parsed.ok) return parsed.value;
  const details = [{ path: '/path', errors: [parsed.error] }];
  throw new Problem(422, { message: 'Object is not valid', details });
}

function problemOf(reason: NoFile, id: TaskId): Problem {
  switch (reason.kind) {
    case 'unknown':
      return notFound(`Task '${id}' does not exist`);
    case 'noSuchFile':
      return notFound(reason.message);
    case 'notShown':
      return new Problem(403, { message: reason.message });
    case 'unavailable':
      return unavailable(reason.message, RETRY_AFTER_SECONDS);
  }
}

function present(file: TaskFile): Shown<typeof taskFiles>['files'][number] {
  const { path, kind, size, modifiedAt, mode, uid, gid, target } = file;
  return {
    path,
    type: kind,
    size,
    mtime: formatTimestamp(modifiedAt),
    mode: modeText(kind, mode),
    uid,
    gid,
    ...(target === undefined ? {} : { target }),
  };
}

/** As `ls -l` shows it. */
function modeText(kind: TaskFile['kind'], mode: number): string {
  const letters = Array.from('rwxrwxrwx', (letter, index) =>
    (mode & (1 << (8 - index))) === 0 ? '-' : letter,
  );
  return `${{ file: '-', folder: 'd', link: 'l', other: '?' }[kind]}${letters.join('')}`;
}
