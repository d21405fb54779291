import { isDeepStrictEqual } from 'node:util';
import { pathOf } from '../client/index.js';
import { absoluteId, withoutRuntime, type Document } from '../tree/index.js';
import { deploy, jsonText, show, type Call } from './call.js';
import type { CommandSpec, Noun } from './define.js';
import { dryRunGroup } from './plan.js';

/** Where the versions of something are; apps first, then pods, then groups. */
interface Place {
  readonly kind: 'app' | 'pod' | 'group';
  readonly path: string;
  readonly versions: string;
  readonly list: readonly string[];
}

const list: CommandSpec = {
  usage: 'list <id>',
  summary: 'List the versions of an app, a pod or a group, newest first',
  examples: ['ekiden version list /shop/web', 'ekiden version list /shop'],
  run: async (call, [id = '']) => {
    const { kind, list: versions } = await placeOf(call, id);
    // As the server says it, which is an object for apps alone.
    const body = kind === 'app' ? { versions } : versions;
    return show(call, body, () => [...versions].sort().reverse().join('\n'));
  },
};

const showOne: CommandSpec = {
  usage: 'show <id> <version>',
  summary: 'Show a definition as it was in a version',
  examples: ['ekiden version show /shop/web 2021-03-04T05:06:07.080Z'],
  run: async (call, [id = '', version = '']) => {
    const { versions } = await placeOf(call, id);
    return show(
      call,
      await call.client.get(`${versions}/${encodeURIComponent(version)}`),
      jsonText,
    );
  },
};

const rollback: CommandSpec = {
  usage: 'rollback <id> <version>',
  summary: 'Go back to a version of an app, a pod or a group',
  examples: [
    'ekiden version rollback /shop/web 2021-03-04T05:06:07.080Z --watch',
    'ekiden version rollback /shop 2021-03-04T05:06:07.080Z --dry-run',
  ],
  takes: ['watch', 'dryRun', 'force'],
  run: async (call, [id = '', version = '']) => {
    const { kind, path, versions } = await placeOf(call, id);
    const doing = `taking ${absoluteId(id)} back to ${version}`;
    if (kind === 'pod') {
      const body = await call.client.get(`${versions}/${encodeURIComponent(version)}`);
      return deploy(call, { method: 'PUT', path, body }, doing);
    }
    if (kind === 'group' && call.options.dryRun) return dryRunGroup(call, path, { version });
    if (call.options.dryRun) return showChange(call, path, `${versions}/${version}`);
    return deploy(call, { method: 'PUT', path, body: { version } }, doing);
  },
};

export const versionCommands: Noun = {
  name: 'version',
  aliases: ['versions'],
  summary: 'Definitions as they were: list, show, rollback',
  commands: [list, showOne, rollback],
};

async function placeOf({ client }: Call, id: string): Promise<Place> {
  const appPath = pathOf('/v2/apps', id);
  const app = await client.find<{ readonly versions: readonly string[] }>(`${appPath}/versions`);
  if (app !== undefined) {
    return { kind: 'app', path: appPath, versions: `${appPath}/versions`, list: app.versions };
  }
  const podPath = pathOf('/v2/pods', id);
  const pod = await client.find<readonly string[]>(`${podPath}::versions`);
  if (pod !== undefined) {
    return { kind: 'pod', path: podPath, versions: `${podPath}::versions`, list: pod };
  }
  const path = pathOf('/v2/groups', id);
  const versions = `${path}/versions`;
  return { kind: 'group', path, versions, list: await client.get<readonly string[]>(versions) };
}

/** Which fields of an app a rollback changes: its plan is a single replacement. */
async function showChange(call: Call, path: string, version: string): Promise<number> {
  const { app } = await call.client.get<{ readonly app: Document }>(path);
  const then = withoutRuntime(await call.client.get<Document>(version));
  const now = withoutRuntime(app);
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort();
  const changes = names
    .filter((name) => !isDeepStrictEqual(then[name], now[name]))
    .map((name) => ({ field: name, now: now[name], then: then[name] }));
  return show(call, { changes }, () =>
    changes.length === 0
      ? 'Nothing would change.'
      : changes
          .map((one) => `${one.field}: ${briefly(one.now)} -> ${briefly(one.then)}`)
          .join('\n'),
  );
}

function briefly(value: unknown): string {
  const text = value === undefined ? 'not given' : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
