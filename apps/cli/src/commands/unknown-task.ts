import { table } from '../output/index.js';
import { show } from './call.js';
import type { CommandSpec } from './define.js';

interface UnknownTask {
  readonly id: string;
  readonly appId: string;
  readonly host: string;
  readonly startedAt?: string;
  readonly state: string;
}

const EXAMPLE = 'shop_web.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1';

const unknown: CommandSpec = {
  usage: 'unknown',
  summary: 'List tasks that are newer than the database, after an older one was restored',
  about: 'They run on until each is adopted or removed.',
  examples: ['ekiden task unknown'],
  run: async (call) => {
    const found = await call.client.get<{ readonly tasks: readonly UnknownTask[] }>(
      '/v2/unknown-tasks',
    );
    return show(call, found, ({ tasks }) =>
      table(
        ['ID', 'APP', 'HOST', 'STARTED', 'STATE'],
        tasks.map(({ id, appId, host, startedAt = '', state }) => [
          id,
          appId,
          host,
          startedAt,
          state,
        ]),
        'There are none.',
      ),
    );
  },
};

const adopt: CommandSpec = {
  usage: 'adopt <task>',
  summary: 'Make a task that is newer than the database an instance of its app',
  examples: [`ekiden task adopt ${EXAMPLE}`],
  run: async (call, [id = '']) => {
    const path = `/v2/unknown-tasks/${encodeURIComponent(id)}/adopt`;
    const { body } = await call.client.ask({ method: 'POST', path });
    return show(call, body as UnknownTask, ({ appId }) => `${id} is an instance of ${appId}`);
  },
};

const remove: CommandSpec = {
  usage: 'remove <task>',
  summary: 'Have a task killed that is newer than the database',
  examples: [`ekiden task remove ${EXAMPLE}`],
  run: async (call, [id = '']) => {
    const path = `/v2/unknown-tasks/${encodeURIComponent(id)}`;
    const { body } = await call.client.ask({ method: 'DELETE', path });
    return show(call, body as UnknownTask, () => `${id} is being killed`);
  },
};

export const unknownTaskCommands: readonly CommandSpec[] = [unknown, adopt, remove];
