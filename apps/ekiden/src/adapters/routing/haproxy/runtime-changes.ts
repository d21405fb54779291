import { serverWords } from './render-config.js';
import type { ServerRow } from './statistics.js';
import type { WantedServer, WantedServers } from './wanted-servers.js';

/** What a worker has, by backend; backends without a server are not seen in its statistics. */
export interface WorkerView {
  /** Whether it takes new connections; a worker of before only finishes those it has. */
  readonly current: boolean;
  readonly rows: readonly ServerRow[];
}

/**
 * The commands that make a worker lead where it shall: first what is added, then what is taken
 * out, so that a backend is never without a server in between.
 */
export function runtimeChanges(
  { current, rows }: WorkerView,
  wanted: WantedServers,
): readonly string[] {
  const found = new Map<string, Map<string, ServerRow>>();
  if (current) for (const { name } of wanted.backends) found.set(name, new Map());
  for (const row of rows) {
    const servers = found.get(row.backend) ?? new Map<string, ServerRow>();
    found.set(row.backend, servers);
    servers.set(row.server, row);
  }
  const [puts, takes]: [string[], string[]] = [[], []];
  for (const [backend, servers] of found) {
    const shall = wanted.in(backend);
    const mode = [...servers.values()][0]?.mode;
    // Nothing new comes over TCP connections that are open already.
    if (current || mode === 'http') {
      for (const server of shall) {
        puts.push(...put(backend, server, servers.get(server.name), wanted));
      }
    }
    const names = new Set(shall.map(({ name }) => name));
    for (const row of servers.values()) {
      if (!names.has(row.server) && !row.maintenance) {
        takes.push(`set server ${backend}/${row.server} state maint`);
      }
    }
  }
  return [...puts, ...takes];
}

function put(
  backend: string,
  server: WantedServer,
  row: ServerRow | undefined,
  wanted: WantedServers,
): readonly string[] {
  const path = `${backend}/${server.name}`;
  if (row === undefined) {
    const words = serverWords(server, wanted.routeOf(backend)?.clientAddress);
    return [`add server ${path} ${words}`, `enable server ${path}`];
  }
  const commands: string[] = [];
  if (row.at !== server.at) {
    const colon = server.at.lastIndexOf(':');
    const address = server.at.slice(0, colon).replace(/^\[|\]$/g, '');
    commands.push(`set server ${path} addr ${address} port ${server.at.slice(colon + 1)}`);
  }
  if (row.weight !== server.weight) commands.push(`set server ${path} weight ${server.weight}`);
  if (row.maintenance) commands.push(`set server ${path} state ready`);
  return commands;
}
