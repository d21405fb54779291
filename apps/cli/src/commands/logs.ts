import { UsageError } from '../client/index.js';
import { LogMerge, followTasks, type LogLine } from '../logs/index.js';
import { paint } from '../output/index.js';
import { wholeNumber } from './call.js';
import type { CommandSpec } from './define.js';
import { isSet, textOf } from './options.js';

/** Lines of each stream to begin with, where neither a number nor a time is given. */
const TAIL_USUAL = 100;
const STREAMS = ['stdout', 'stderr'] as const;

/** Bright enough on dark and light: cyan, yellow, magenta, green, blue, and their bright forms. */
const COLOURS = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];

export const logsCommand: CommandSpec = {
  usage: 'logs <id>',
  summary: 'Show what the tasks of an app, a pod or a whole group write, merged by time',
  about:
    'Each line names its task. With --follow, tasks that come are joined and those that go are left;\n' +
    'Ctrl-C ends that. `ekiden task logs` shows one stream of one task as it is, also when it is over.',
  examples: [
    'ekiden logs /shop --follow',
    'ekiden logs /shop/web --since 10m --stream stderr',
    'ekiden logs /shop --json | jq -r .line',
  ],
  flags: [
    { flags: '-f, --follow', text: 'go on with what they write from now on' },
    { flags: '--since <when>', text: 'only from then on: 90s, 10m, 2h, 1d, or an ISO time' },
    {
      flags: '--tail <lines>',
      text: `only the last lines of each stream (${TAIL_USUAL} without --since)`,
    },
    { flags: '--stream <name>', text: 'stdout or stderr; both without it' },
  ],
  run: async (call, [given = '']) => {
    const { client, terminal, options } = call;
    const only = textOf(call, 'stream');
    if (only !== undefined && only !== 'stdout' && only !== 'stderr') {
      throw new UsageError('--stream is stdout or stderr');
    }
    const since = textOf(call, 'since');
    const tail = textOf(call, 'tail');
    const stopping = new AbortController();
    const release = terminal.onInterrupt(() => {
      stopping.abort();
    });
    const follow = isSet(call, 'follow');
    const show = options.json ? jsonLine : textLine(terminal.colours);
    const merge = new LogMerge({ isLive: follow, take: (line) => terminal.out(show(line)) });
    try {
      await followTasks(client, merge, {
        id: given,
        follow,
        streams: only === undefined ? STREAMS : [only],
        since,
        tail: tail === undefined ? usualTail(since) : wholeNumber(tail, '--tail'),
        signal: stopping.signal,
        note: (text) => terminal.note(text),
      });
    } finally {
      release();
      merge.close();
    }
    return 0;
  },
};

function usualTail(since: string | undefined): number | undefined {
  return since === undefined ? TAIL_USUAL : undefined;
}

function jsonLine({ at, app, task, stream, line }: LogLine): string {
  return JSON.stringify({ time: new Date(at).toISOString(), app, task, stream, line });
}

function textLine(colours: boolean): (line: LogLine) => string {
  const painted = paint(colours);
  return ({ app, task, stream, line }) => {
    const name = `${app} ${shortName(task)}`;
    const mark = stream === 'stderr' ? painted.bad('!') : '|';
    return `${colours ? coloured(name) : name} ${mark} ${line}`;
  };
}

/** The first letters of the instance, which tell it from its siblings; in a pod also the container. */
function shortName(task: string): string {
  const parts = /\.(?:instance-)?([0-9a-f]{8})[0-9a-f-]*(?:\.(.+)\.\d+)?$/.exec(task);
  if (parts === null) return task;
  const [, instance = task, container = '_app'] = parts;
  return container === '_app' ? instance : `${instance} ${container}`;
}

function coloured(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return `\u001b[${COLOURS[sum % COLOURS.length] ?? 36}m${name}\u001b[0m`;
}
