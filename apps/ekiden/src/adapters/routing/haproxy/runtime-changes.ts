import type { ClientAddress } from '../../../core/traffic/index.js';
import { serverWords } from './render-config.js';
import type { ServerRow } from './statistics.js';
import type { WantedBackend, WantedServer } from './wanted-servers.js';

/** What is told first, and what only then. */
interface Commands {
  readonly gives: readonly string[];
  readonly takes: readonly string[];
}

/**
 * The commands that make the present worker lead where it shall, given what it has. First whatever
 * gives servers something, then whatever takes it from them: requests come between any two, and
 * who tells them may end between any two, so a backend has somebody who serves after each.
 */
export function runtimeChanges(
  rows: readonly ServerRow[],
  wanted: readonly WantedBackend[],
): readonly string[] {
  const found = new Map<string, ServerRow[]>();
  for (const row of rows) {
    const known = found.get(row.backend);
    if (known === undefined) found.set(row.backend, [row]);
    else known.push(row);
  }
  const all: Commands[] = [];
  for (const { name, route, servers } of wanted) {
    const there = new Map((found.get(name) ?? []).map((row) => [row.server, row]));
    for (const server of servers) {
      all.push(put(name, server, there.get(server.name), route.clientAddress));
      there.delete(server.name);
    }
    const left = [...there.values()].filter(({ maintenance }) => !maintenance);
    const takes = left.map(({ server }) => `set server ${name}/${server} state maint`);
    all.push({ gives: [], takes });
  }
  return [...all.flatMap(({ gives }) => gives), ...all.flatMap(({ takes }) => takes)];
}

function put(
  backend: string,
  server: WantedServer,
  row: ServerRow | undefined,
  clientAddress: ClientAddress | undefined,
): Commands {
  const path = `${backend}/${server.name}`;
  if (row === undefined) {
    const words = serverWords(server, clientAddress);
    return { gives: [`add server ${path} ${words}`, `enable server ${path}`], takes: [] };
  }
  const gives: string[] = [];
  if (row.at !== server.at) {
    const colon = server.at.lastIndexOf(':');
    const address = server.at.slice(0, colon).replace(/^\[|\]$/g, '');
    gives.push(`set server ${path} addr ${address} port ${server.at.slice(colon + 1)}`);
  }
  const weighs = row.weight === server.weight ? [] : [`set server ${path} weight ${server.weight}`];
  // One that comes back has its weight before anything is led to it.
  if (row.maintenance) gives.push(...weighs, `set server ${path} state ready`);
  else if (server.weight > row.weight) gives.push(...weighs);
  else return { gives, takes: weighs };
  return { gives, takes: [] };
}
