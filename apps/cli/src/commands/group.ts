import { Failure, UsageError, pathOf, type Group } from '../client/index.js';
import { groupTree } from '../output/index.js';
import { absoluteId, allApps, findGroup } from '../tree/index.js';
import { deploy, show, type Call } from './call.js';
import { DEPLOYS, DEPLOYS_FILES, type CommandSpec, type Noun } from './define.js';
import { inputOf, textOf } from './options.js';
import { dryRun, dryRunGroup, presentTree } from './plan.js';

const EMBEDS = ['group.groups', 'group.apps', 'group.pods', 'group.apps.counts'];

const list: CommandSpec = {
  usage: 'list',
  summary: 'Show the whole tree of groups, apps and pods',
  examples: ['ekiden group list', 'ekiden group list --json > groups.json'],
  run: async (call) => {
    const root = await call.client.get<Group>('/v2/groups', { embed: EMBEDS });
    return show(call, root, groupTree);
  },
};

const showOne: CommandSpec = {
  usage: 'show <id>',
  summary: 'Show one group and what is below it',
  examples: ['ekiden group show /shop'],
  run: async (call, [id = '']) => {
    const group = await call.client.get<Group>(groupPath(id), { embed: EMBEDS });
    return show(call, group, groupTree);
  },
};

const add: CommandSpec = {
  usage: 'add [files...]',
  summary: 'Create groups with everything in them, dependencies first',
  examples: [
    'ekiden group add examples/shop/group.json --watch',
    'ekiden group add examples/shop/group.json --dry-run',
  ],
  takes: DEPLOYS_FILES,
  run: (call, files) => send(call, files, 'POST'),
};

const update: CommandSpec = {
  usage: 'update [files...]',
  summary: 'Make groups look as their definitions say',
  about:
    'Apps and groups that the definition leaves out of a list it gives are stopped and removed:\nlook at --dry-run first.',
  examples: [
    'ekiden group update shop.json --dry-run',
    'ekiden group update shop.json --watch',
    `ekiden group update --id /shop --json-body '{"dependencies": ["/db"]}'`,
  ],
  takes: DEPLOYS_FILES,
  flags: [{ flags: '--id <id>', text: 'the group, where the definition does not say' }],
  run: (call, files) => send(call, files, 'PUT'),
};

const remove: CommandSpec = {
  usage: 'remove <id>',
  summary: 'Stop and remove everything in a group, dependants first',
  examples: ['ekiden group remove /shop --dry-run', 'ekiden group remove /shop --watch'],
  takes: DEPLOYS,
  run: async (call, [id = '']) => {
    const absolute = absoluteId(id);
    if (absolute === '/') throw new UsageError('the root group itself cannot be removed');
    if (call.options.dryRun) {
      if (findGroup(await presentTree(call), absolute) === undefined) throw noGroup(absolute);
      return dryRun(call, { remove: [absolute] });
    }
    return deploy(call, { method: 'DELETE', path: groupPath(id) }, `removing ${absolute}`);
  },
};

const scale: CommandSpec = {
  usage: 'scale <id> <factor>',
  summary: 'Multiply the instances of every app in a group',
  examples: ['ekiden group scale /shop 2 --dry-run', 'ekiden group scale /shop 0.5 --watch'],
  takes: DEPLOYS,
  run: (call, [id = '', factor = '']) => {
    if (!/^\d+(?:\.\d+)?$/.test(factor)) {
      throw new UsageError(`the factor has to be a number such as 2 or 0.5, not "${factor}"`);
    }
    const body = { scaleBy: Number(factor) };
    const path = groupPath(id);
    if (call.options.dryRun) return dryRunGroup(call, path, body);
    return deploy(call, { method: 'PUT', path, body }, `scaling ${absoluteId(id)} by ${factor}`);
  },
};

const restart: CommandSpec = {
  usage: 'restart <id>',
  summary: 'Replace all instances of all apps in a group, one app after the other',
  about: 'Each app is a deployment of its own, awaited before the next begins.',
  examples: ['ekiden group restart /shop'],
  takes: ['force'],
  run: async (call, [id = '']) => {
    const group = findGroup(await presentTree(call), absoluteId(id));
    if (group === undefined) throw noGroup(absoluteId(id));
    for (const app of allApps(group)) {
      const request = {
        method: 'POST',
        path: `${pathOf('/v2/apps', String(app['id']))}/restart`,
      } as const;
      const watching = { ...call, options: { ...call.options, watch: true } };
      const code = await deploy(watching, request, `restarting ${String(app['id'])}`);
      if (code !== 0) return code;
    }
    return 0;
  },
};

export const groupCommands: Noun = {
  name: 'group',
  aliases: ['groups'],
  summary: 'The tree of apps: list, show, add, update, remove, scale, restart',
  commands: [list, showOne, add, update, remove, scale, restart],
};

function groupPath(id: string): string {
  return pathOf('/v2/groups', id);
}

function noGroup(id: string): Failure {
  return new Failure(`there is no group ${id}`, ['see what there is: ekiden group list']);
}

async function send(call: Call, files: readonly string[], method: 'POST' | 'PUT'): Promise<number> {
  const given = await inputOf(call, files);
  const id = textOf(call, 'id');
  if (id !== undefined && given.length !== 1) {
    throw new UsageError('--id goes with exactly one definition');
  }
  let worst = 0;
  for (const document of given) {
    const own = id ?? document['id'];
    if (typeof own !== 'string') throw new UsageError('a group definition without an "id"');
    const { id: _id, ...body } = document;
    const path = groupPath(own);
    const doing = `${method === 'POST' ? 'adding' : 'updating'} ${absoluteId(own)}`;
    worst = Math.max(
      worst,
      call.options.dryRun
        ? await dryRunGroup(call, path, body)
        : await deploy(call, { method, path, body }, doing),
    );
  }
  return worst;
}
