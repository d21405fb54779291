import { UsageError, pathOf, type Plan, type Task } from '../client/index.js';
import { taskTable } from '../output/index.js';
import { Watch } from '../watch/index.js';
import { reportDeployment, show, wholeNumber, type Call } from './call.js';
import { DEPLOYS, type CommandSpec, type Noun } from './define.js';
import { isSet, textOf } from './options.js';
import { showPlan } from './plan.js';
import { unknownTaskCommands } from './unknown-task.js';
import { taskNamed } from './task-named.js';

interface Tasks {
  readonly tasks: readonly Task[];
}

const list: CommandSpec = {
  usage: 'list [app]',
  summary: 'List tasks, of all apps or of one',
  examples: ['ekiden task list', 'ekiden task list /shop/web'],
  run: async (call, [app]) => {
    const path = app === undefined ? '/v2/tasks' : `${pathOf('/v2/apps', app)}/tasks`;
    const found = await call.client.get<Tasks>(path);
    return show(call, found, ({ tasks }) => taskTable(tasks));
  },
};

const kill: CommandSpec = {
  usage: 'kill <tasks...>',
  summary: 'Kill tasks; they are replaced, unless --scale takes their places away',
  examples: [
    'ekiden task kill shop_web.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
    "ekiden task kill --scale $(ekiden task list /shop/web --json | jq -r '.tasks[0].id')",
    'ekiden task kill --scale --dry-run shop_web.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
  ],
  takes: DEPLOYS,
  flags: [
    { flags: '--scale', text: 'lower the number of instances by as many' },
    { flags: '--wipe', text: 'also give up their volumes and reservations' },
  ],
  run: async (call, ids) => {
    const { client, options, terminal } = call;
    const scale = isSet(call, 'scale');
    const wipe = isSet(call, 'wipe');
    if (scale && wipe) throw new UsageError('--scale and --wipe exclude each other');
    const { dryRun, force, queue } = options;
    if ((dryRun || queue) && !scale) {
      throw new UsageError(
        '--dry-run and --queue go with --scale: without it there is no deployment',
      );
    }
    if (dryRun) return showPlan(call, await planOfKill(call, ids));
    const watching = options.watch && scale ? await Watch.begin(client, terminal) : undefined;
    try {
      const answer = await client.ask({
        method: 'POST',
        path: '/v2/tasks/delete',
        query: { scale, wipe, force, ...(queue ? { queue } : {}) },
        body: { ids },
      });
      if (scale) return await reportDeployment(call, answer, `scaling down`, watching);
      return show(call, answer.body as Tasks, ({ tasks }) => killedText(tasks, ids.length));
    } finally {
      watching?.end();
    }
  },
};

/** What it comes to to kill these tasks and do without them; nothing is killed. */
async function planOfKill({ client }: Call, ids: readonly string[]): Promise<Plan> {
  const query = { scale: true, dryRun: true };
  const answer = await client.ask({
    method: 'POST',
    path: '/v2/tasks/delete',
    query,
    body: { ids },
  });
  return answer.body as Plan;
}

const logs: CommandSpec = {
  usage: 'logs <task>',
  summary: 'Show what a task wrote, also when it is over',
  about: 'An app stands for its newest task, a pod for a container of its newest instance.',
  examples: [
    'ekiden task logs /shop/web',
    'ekiden task logs /shop/web --stderr --tail 50 --follow',
  ],
  flags: [
    { flags: '--stderr', text: 'its standard error instead of its standard output' },
    { flags: '--tail <lines>', text: 'only the last lines' },
    { flags: '--since <when>', text: 'only from then on: 90s, 10m, 2h, 1d, or an ISO time' },
    { flags: '--timestamps', text: 'when each line was written' },
    { flags: '-f, --follow', text: 'go on with what it writes from now on; Ctrl-C ends that' },
  ],
  run: async (call, [given = '']) => {
    const { client, terminal } = call;
    const task = await taskNamed(call, given);
    const stopping = new AbortController();
    const release = terminal.onInterrupt(() => {
      stopping.abort();
    });
    const tail = textOf(call, 'tail');
    const since = textOf(call, 'since');
    try {
      await client.readText(
        `/v2/tasks/${encodeURIComponent(task)}/logs`,
        {
          stream: isSet(call, 'stderr') ? 'stderr' : 'stdout',
          follow: isSet(call, 'follow'),
          ...(isSet(call, 'timestamps') ? { timestamps: true } : {}),
          ...(since === undefined ? {} : { since }),
          ...(tail === undefined ? {} : { tail: String(wholeNumber(tail, '--tail')) }),
        },
        (text) => terminal.write(text),
        stopping.signal,
      );
    } finally {
      release();
    }
    return 0;
  },
};

export const taskCommands: Noun = {
  name: 'task',
  aliases: ['tasks'],
  summary: 'What runs: list, logs, kill',
  commands: [list, logs, kill, ...unknownTaskCommands],
};

function killedText(tasks: readonly Task[], asked: number): string {
  const missing = asked - tasks.length;
  const lines = tasks.map(({ id }) => `killed ${id}`);
  return [...lines, ...(missing > 0 ? [`${missing} of the ids name no task that runs`] : [])].join(
    '\n',
  );
}
