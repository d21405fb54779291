import type { ClientAddress } from '../../../core/traffic/index.js';
import { serverWords } from './render-config.js';
import type { ServerRow } from './statistics.js';
import type { WantedBackend, WantedServer } from './wanted-servers.js';

/**
 * The commands that make the present worker lead where it shall, given what it has: first what is
 * added, then what is taken out, so that a backend is never without a server in between.
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
  const [puts, takes]: [string[], string[]] = [[], []];
  for (const { name, route, servers } of wanted) {
    const there = new Map((found.get(name) ?? []).map((row) => [row.server, row]));
    for (const server of servers) {
      puts.push(...put(name, server, there.get(server.name), route.clientAddress));
      there.delete(server.name);
    }
    for (const { server, maintenance } of there.values()) {
      if (!maintenance) takes.push(`set server ${name}/${server} state maint`);
    }
  }
  return [...puts, ...takes];
}

function put(
  backend: string,
  server: WantedServer,
  row: ServerRow | undefined,
  clientAddress: ClientAddress | undefined,
): readonly string[] {
  const path = `${backend}/${server.name}`;
  if (row === undefined) {
    return [`add server ${path} ${serverWords(server, clientAddress)}`, `enable server ${path}`];
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
