import { table, type Column } from '../output/index.js';
import { jsonText, show } from './call.js';
import type { CommandSpec, Noun } from './define.js';

interface VolumeView {
  readonly id: string;
  readonly appId: string;
  readonly host: string;
  readonly state: string;
  readonly size: number;
  readonly used?: number;
  readonly note?: string;
}

const COLUMNS: readonly Column[] = [
  'ID',
  'APP',
  'HOST',
  { title: 'USED', right: true },
  { title: 'MIB', right: true },
  'STATE',
];

const listVolumes: CommandSpec = {
  usage: 'list',
  summary: 'List persistent volumes, with those whose app is gone',
  examples: ['ekiden volume list'],
  run: async (call) => {
    const found = await call.client.get<{ readonly volumes: readonly VolumeView[] }>('/v2/volumes');
    return show(call, found, ({ volumes }) =>
      table(
        COLUMNS,
        volumes.map(({ id, appId, host, size, state, used }) => [
          ...[id, appId, host, String(used ?? '-'), String(size), state],
        ]),
        'There are no volumes.',
      ),
    );
  },
};

const showVolume: CommandSpec = {
  usage: 'show <id>',
  summary: 'Show everything known of a volume',
  examples: ["ekiden volume show 'db_pg#data#6b1c9f3f-7c1e-11eb-9439-0242ac130002'"],
  run: async (call, [id = '']) => show(call, await call.client.get(pathOf(id)), jsonText),
};

const deleteVolume: CommandSpec = {
  usage: 'delete <id>',
  summary: 'Delete a volume with its data: said twice, it happens',
  about: 'Only of a volume that no instance has. The first call says by when to confirm.',
  examples: ["ekiden volume delete 'db_pg#data#6b1c9f3f-7c1e-11eb-9439-0242ac130002'"],
  run: async (call, [id = '']) => {
    const { body } = await call.client.ask({ method: 'DELETE', path: pathOf(id) });
    return show(call, body as { readonly message: string }, ({ message }) => message);
  },
};

export const volumeCommands: Noun = {
  name: 'volume',
  aliases: ['volumes'],
  summary: 'Data that outlives what runs: list, show, delete',
  commands: [listVolumes, showVolume, deleteVolume],
};

function pathOf(id: string): string {
  return `/v2/volumes/${encodeURIComponent(id)}`;
}
