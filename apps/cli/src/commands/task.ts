import { UsageError, pathOf, type Task } from '../client/index.js';
import { taskTable } from '../output/index.js';
import { Watch } from '../watch/index.js';
import { reportDeployment, show } from './call.js';
import type { CommandSpec, Noun } from './define.js';
import { isSet } from './options.js';

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
  ],
  takes: ['watch', 'force'],
  flags: [
    { flags: '--scale', text: 'lower the number of instances by as many' },
    { flags: '--wipe', text: 'also give up their volumes and reservations' },
  ],
  run: async (call, ids) => {
    const { client, options, terminal } = call;
    const scale = isSet(call, 'scale');
    const wipe = isSet(call, 'wipe');
    if (scale && wipe) throw new UsageError('--scale and --wipe exclude each other');
    const watching = options.watch && scale ? await Watch.begin(client, terminal) : undefined;
    try {
      const answer = await client.ask({
        method: 'POST',
        path: '/v2/tasks/delete',
        query: { scale, wipe, force: options.force },
        body: { ids },
      });
      if (scale) return await reportDeployment(call, answer, `scaling down`, watching);
      return show(call, answer.body as Tasks, ({ tasks }) => killedText(tasks, ids.length));
    } finally {
      watching?.end();
    }
  },
};

export const taskCommands: Noun = {
  name: 'task',
  aliases: ['tasks'],
  summary: 'What runs: list, kill',
  commands: [list, kill],
};

function killedText(tasks: readonly Task[], asked: number): string {
  const missing = asked - tasks.length;
  const lines = tasks.map(({ id }) => `killed ${id}`);
  return [...lines, ...(missing > 0 ? [`${missing} of the ids name no task that runs`] : [])].join(
    '\n',
  );
}
