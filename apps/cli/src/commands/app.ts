import { Failure, UsageError, pathOf, type App } from '../client/index.js';
import { appFacts, appTable } from '../output/index.js';
import { absoluteId, findApp, withoutRuntime, type Document } from '../tree/index.js';
import { deploy, show, wholeNumber, type Call } from './call.js';
import { DEPLOYS, DEPLOYS_FILES, type CommandSpec, type Noun } from './define.js';
import { idIn, inputOf, isSet, textOf } from './options.js';
import { dryRun, presentTree } from './plan.js';

const list: CommandSpec = {
  usage: 'list',
  summary: 'List apps, with how many of their instances run',
  examples: ['ekiden app list', "ekiden app list --label 'tier==web' --json | jq '.apps[].id'"],
  flags: [
    { flags: '--id <text>', text: 'only apps with this in their id' },
    { flags: '--cmd <text>', text: 'only apps with this in their command' },
    { flags: '--label <selector>', text: 'only apps with these labels, e.g. "tier==web, !legacy"' },
  ],
  run: async (call) => {
    const query = {
      id: textOf(call, 'id'),
      cmd: textOf(call, 'cmd'),
      label: textOf(call, 'label'),
    };
    const found = await call.client.get<{ readonly apps: readonly App[] }>('/v2/apps', {
      ...query,
      embed: ['apps.counts', 'apps.deployments'],
    });
    return show(call, found, ({ apps }) => appTable(apps));
  },
};

const showOne: CommandSpec = {
  usage: 'show <id>',
  summary: 'Show one app, its tasks and its last failure',
  examples: ['ekiden app show /shop/web', 'ekiden app show /shop/web --json | jq .app'],
  run: async (call, [id = '']) => {
    const found = await call.client.get<{ readonly app: App }>(appPath(id), {
      embed: ['app.counts', 'app.tasks', 'app.deployments', 'app.lastTaskFailure'],
    });
    return show(call, found, ({ app }) => appFacts(app));
  },
};

const add: CommandSpec = {
  usage: 'add [files...]',
  summary: 'Create apps from definitions',
  about:
    'A FILE holds one definition or an array of them; "-" is the standard input. Several\ndefinitions become one deployment.',
  examples: [
    'ekiden app add examples/hello.json --watch',
    'ekiden app add web.json api.json --dry-run',
    `ekiden app add --json-body '{"id": "/hello", "cmd": "sleep 600"}'`,
    'jq .web apps.json | ekiden app add -',
  ],
  takes: DEPLOYS_FILES,
  run: async (call, files) => {
    const apps = await inputOf(call, files);
    const ids = apps.map(idIn);
    const [only, ...more] = apps;
    if (only !== undefined && more.length === 0 && !call.options.dryRun) {
      return deploy(call, { method: 'POST', path: '/v2/apps', body: only }, `adding ${ids.join()}`);
    }
    const present = await presentTree(call);
    const known = ids.filter((id) => findApp(present, id) !== undefined);
    if (known.length > 0) {
      throw new Failure(`there is already: ${known.join(', ')}`, [
        'change it with `ekiden app update`',
      ]);
    }
    if (call.options.dryRun) return dryRun(call, { put: withIds(apps) });
    return deployAll(call, apps, `adding ${ids.join(', ')}`, false);
  },
};

const update: CommandSpec = {
  usage: 'update [files...]',
  summary: 'Change apps: only the fields given, or with --replace the whole definition',
  about:
    'Each definition names its app by its "id"; with --id it may be left out. An app that does not\nexist yet is created.',
  examples: [
    'ekiden app update web.json --watch',
    `ekiden app update --id /shop/web --json-body '{"env": {"LEVEL": "debug"}}' --dry-run`,
    'ekiden app update --replace web.json api.json',
  ],
  takes: DEPLOYS_FILES,
  flags: [
    { flags: '--id <id>', text: 'the app, where the definition does not say' },
    { flags: '--replace', text: 'fields that are left out go back to their defaults' },
  ],
  run: async (call, files) => {
    const id = textOf(call, 'id');
    const given = await inputOf(call, files);
    if (id !== undefined && given.length !== 1) {
      throw new UsageError('--id goes with exactly one definition');
    }
    const apps = id === undefined ? given : given.map((app) => ({ ...app, id: absoluteId(id) }));
    const ids = apps.map(idIn);
    const replace = isSet(call, 'replace');
    if (call.options.dryRun) return dryRun(call, { put: await complete(call, apps, replace) });
    return deployAll(call, apps, `updating ${ids.join(', ')}`, !replace);
  },
};

const remove: CommandSpec = {
  usage: 'remove <ids...>',
  summary: 'Stop apps and remove their definitions',
  examples: ['ekiden app remove /hello --watch', 'ekiden app remove /shop/web --dry-run'],
  takes: DEPLOYS,
  run: async (call, ids) => {
    const absolute = ids.map(absoluteId);
    if (call.options.dryRun) {
      await mustExist(call, absolute);
      return dryRun(call, { remove: absolute });
    }
    let worst = 0;
    for (const id of absolute) {
      // Marathon's own default is to take over, which nobody expects of `remove`.
      const query = { force: String(call.options.force) };
      const request = { method: 'DELETE', path: appPath(id), query } as const;
      worst = Math.max(worst, await deploy(call, request, `removing ${id}`));
    }
    return worst;
  },
};

const scale: CommandSpec = {
  usage: 'scale <id> <instances>',
  summary: 'Change how many instances of an app run',
  examples: ['ekiden app scale /shop/web 5 --watch', 'ekiden app scale /shop/web 0'],
  takes: DEPLOYS,
  run: async (call, [id = '', count = '']) => {
    const instances = wholeNumber(count, 'the number of instances');
    if (call.options.dryRun) {
      await mustExist(call, [absoluteId(id)]);
      return dryRun(call, {
        put: await complete(call, [{ id: absoluteId(id), instances }], false),
      });
    }
    const request = { method: 'PATCH', path: appPath(id), body: { instances } } as const;
    return deploy(call, request, `scaling ${absoluteId(id)} to ${instances}`);
  },
};

const restart: CommandSpec = {
  usage: 'restart <id>',
  summary: "Replace all instances of an app, within its upgrade strategy's bounds",
  examples: ['ekiden app restart /shop/web --watch'],
  takes: ['watch', 'force'],
  run: (call, [id = '']) =>
    deploy(
      call,
      { method: 'POST', path: `${appPath(id)}/restart` },
      `restarting ${absoluteId(id)}`,
    ),
};

export const appCommands: Noun = {
  name: 'app',
  aliases: ['apps'],
  summary: 'Long-running services: list, show, add, update, remove, scale, restart',
  commands: [list, showOne, add, update, remove, scale, restart],
};

function appPath(id: string): string {
  return pathOf('/v2/apps', id);
}

/** One deployment for all of them. */
function deployAll(
  call: Call,
  apps: readonly Document[],
  doing: string,
  partial: boolean,
): Promise<number> {
  const query = { partialUpdate: String(partial) };
  const [only, ...more] = apps;
  if (only !== undefined && more.length === 0) {
    const path = appPath(idIn(only));
    return deploy(call, { method: 'PUT', path, query, body: only }, doing);
  }
  return deploy(call, { method: 'PUT', path: '/v2/apps', query, body: apps }, doing);
}

function withIds(apps: readonly Document[]): readonly Document[] {
  return apps.map((app) => ({ ...app, id: idIn(app) }));
}

async function mustExist(call: Call, ids: readonly string[]): Promise<void> {
  const present = await presentTree(call);
  const missing = ids.filter((id) => findApp(present, id) === undefined);
  if (missing.length > 0) {
    throw new Failure(`there is no app ${missing.join(', ')}`, [
      'see what there is: ekiden app list',
    ]);
  }
}

/** Forms of the same thing: a given one replaces the others of the present definition. */
const SAME: readonly (readonly string[])[] = [
  ['ports', 'portDefinitions'],
  ['uris', 'fetch'],
  ['cmd', 'args'],
];

/** What a partial update will make of the present definitions. */
async function complete(
  call: Call,
  updates: readonly Document[],
  replace: boolean,
): Promise<readonly Document[]> {
  if (replace) return withIds(updates);
  const present = await presentTree(call);
  return updates.map((update) => {
    const id = idIn(update);
    const current = findApp(present, id);
    if (current === undefined) return { ...update, id };
    const given = Object.entries(update).filter(([, value]) => value !== null);
    const names = given.map(([name]) => name);
    const gone = new Set(SAME.filter((forms) => forms.some((name) => names.includes(name))).flat());
    const kept = Object.entries(withoutRuntime(current)).filter(([name]) => !gone.has(name));
    return { ...Object.fromEntries(kept), ...Object.fromEntries(given), id };
  });
}
