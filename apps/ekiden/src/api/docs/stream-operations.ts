import type { Operation, QueryParameter } from './operation.js';

const LOGS: Operation = {
  method: 'get',
  path: '/v2/tasks/{task}/logs',
  tag: 'Tasks',
  summary: 'Read what a task wrote',
  description:
    'The standard output or error of a task as plain text, also of one that is over, for as long as ' +
    'it is kept: the files of processes (two of 10 MiB per stream) and the logs of containers go a ' +
    'day after the end of the task, of removed containers the last 1,000 lines are left. With ' +
    '`follow=true` the answer goes on until the task is over.',
  query: [
    {
      name: 'stream',
      type: 'string',
      values: ['stdout', 'stderr'],
      fallback: 'stdout',
      description: 'Which of the two streams.',
    },
    {
      name: 'tail',
      type: 'integer',
      minimum: 0,
      maximum: 1_000_000,
      description: 'Begin with so many of the last lines; all that is kept when left out.',
      example: 100,
    },
    {
      name: 'since',
      type: 'string',
      description:
        'Begin with what was written from then on: an ISO-8601 time with an offset, or how long ago ' +
        '(`90s`, `10m`, `1h30m`, `2d`). Processes keep no time with each line: there it begins a few ' +
        'seconds earlier, never later.',
      example: '10m',
    },
    {
      name: 'timestamps',
      type: 'boolean',
      fallback: false,
      description:
        'Begin each line with when it was written (ISO-8601, UTC) and a blank; of processes with ' +
        'when it was first seen, a few seconds later at most.',
    },
    {
      name: 'follow',
      type: 'boolean',
      fallback: false,
      description: 'Go on with what the task writes from now on.',
    },
  ],
  success: {
    status: 200,
    description: 'The lines, as the task wrote them.',
    shape: { type: 'string' },
    mediaType: 'text/plain',
    example: 'listening on port 31234\n',
  },
  errors: {
    400: 'No task id.',
    404: 'Nothing of such a task is kept.',
    422: 'A parameter is wrong; all that are wrong are named.',
    503: {
      description: 'Its host cannot be asked now, or too many logs are followed.',
      examples: ['unavailable'],
    },
  },
};

const PATH = {
  name: 'path',
  type: 'string',
  description: 'Below the sandbox; `..` and links that lead anywhere are refused.',
} as const satisfies QueryParameter;

const NO_FILE: Operation['errors'] = {
  400: { description: 'No task id.', examples: ['noTaskId'] },
  403: { description: 'It is there and is not shown.', examples: ['aLink'] },
  404: {
    description: 'Nothing of such a task is kept, or no such file.',
    examples: ['noTaskKept', 'noSuchFile'],
  },
  422: { description: 'A path that leads out of the sandbox.', examples: ['outOfSandbox'] },
  503: { description: 'Its host cannot be asked now.', examples: ['unavailable'] },
};

const FILES: Operation = {
  method: 'get',
  path: '/v2/tasks/{task}/files',
  tag: 'Tasks',
  summary: 'List files in the sandbox of a task',
  description:
    'A folder of the sandbox, also of a task that is over, for as long as it is kept. Of containers ' +
    'it is `/mnt/mesos/sandbox`; when they are removed the first 32 MiB of it are kept.',
  query: [{ ...PATH, description: `${PATH.description} The sandbox itself when left out.` }],
  success: {
    status: 200,
    description: 'What is there; it is partial beyond 10,000 files, or 64 MiB of a container.',
    shape: { schema: 'TaskFiles' },
    example: {
      files: [
        {
          path: 'stdout',
          type: 'file',
          size: 22,
          mtime: '2021-03-04T05:06:07.080Z',
          mode: '-rw-r--r--',
          uid: 0,
          gid: 0,
        },
      ],
    },
  },
  errors: NO_FILE,
};

const DOWNLOAD: Operation = {
  method: 'get',
  path: '/v2/tasks/{task}/files/download',
  tag: 'Tasks',
  summary: 'Download a file from the sandbox of a task',
  description: 'As it is; the header `Range` asks for a part of it (one range of bytes).',
  query: [{ ...PATH, required: true, example: 'stdout' }],
  success: {
    status: 200,
    description: 'The file.',
    shape: { type: 'string' },
    mediaType: 'application/octet-stream',
    example: 'listening on port 31234\n',
    also: { status: 206, description: 'The part that was asked for.' },
  },
  errors: {
    ...NO_FILE,
    416: { description: 'The range begins behind the end.', examples: ['behindTheEnd'] },
  },
};

const EXEC: Operation = {
  method: 'get',
  path: '/v2/tasks/{task}/exec',
  tag: 'Tasks',
  summary: 'Run a command beside a task',
  description:
    'With the headers `Connection: Upgrade` and `Upgrade: ekiden-exec` the connection becomes a ' +
    'session: frames both ways, as docs/logs.md describes them and `ekiden exec` speaks them. The ' +
    'command runs as the task does: same files, environment, user and limits. Its beginning and its ' +
    'end are events (`task_session_event`).',
  success: { status: 101, description: 'The connection is a session from here on.' },
  errors: {
    400: { description: 'No task id.', examples: ['noTaskId'] },
    403: { description: 'Sessions are switched off.', examples: ['execOff'] },
    404: { description: 'No such task runs.', examples: ['noTaskKept'] },
    426: { description: 'A plain request.', examples: ['askForSession'] },
    503: { description: 'Too many sessions are open.', examples: ['unavailable'] },
  },
};

/** What goes on in and around tasks: what they write, their files. */
export const STREAM_OPERATIONS: readonly Operation[] = [LOGS, FILES, DOWNLOAD, EXEC];
