import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentId } from '@ekiden/kernel';
import {
  parseAttributes,
  resourcesOf,
  toMilli,
  type AgentInfo,
  type Attribute,
  type Domain,
  type Resources,
} from '@ekiden/offers';
import { detectResources } from '@ekiden/host-process';
import { EXECUTORS_ATTRIBUTE } from '../../core/matching/index.js';

export interface LocalAgentOptions {
  readonly dataDir: string;
  readonly hostname: string;
  /** Overrides what is detected, resource by resource. */
  readonly resources: Resources | undefined;
  readonly attributes: readonly Attribute[];
  readonly domain: Domain | undefined;
}

/** This machine as an agent: its lasting id, and what it offers; executors come with its drivers. */
export async function localAgent(options: LocalAgentOptions): Promise<AgentInfo> {
  return {
    id: await lastingId(options.dataDir),
    hostname: options.hostname,
    attributes: options.attributes,
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    total: await totalResources(options),
  };
}

/** `count` agents that only pretend, each of the same size. */
export function simulatedAgents(
  count: number,
  options: { readonly resources: Resources | undefined; readonly attributes: readonly Attribute[] },
): AgentInfo[] {
  const total = options.resources ?? SIMULATED;
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return {
      id: `simulated-${number}` as AgentId,
      hostname: `simulated-${number}.ekiden`,
      attributes: [...executors(['docker', 'process']), ...options.attributes],
      total,
    };
  });
}

const SIMULATED: Resources = resourcesOf([
  { type: 'SCALAR', name: 'cpus', role: '*', milli: toMilli(8) },
  { type: 'SCALAR', name: 'mem', role: '*', milli: toMilli(32_768) },
  { type: 'SCALAR', name: 'disk', role: '*', milli: toMilli(102_400) },
  { type: 'RANGES', name: 'ports', role: '*', ranges: [{ begin: 31_000, end: 32_000 }] },
]);

function executors(kinds: readonly string[]): readonly Attribute[] {
  const parsed = parseAttributes(`${EXECUTORS_ATTRIBUTE}:{${kinds.join(',')}}`);
  return parsed.ok ? parsed.value : [];
}

async function totalResources(options: LocalAgentOptions): Promise<Resources> {
  const detected = await detectResources({ dataDir: options.dataDir });
  const ranges = detected.ports.map(([begin, end]) => ({ begin, end }));
  const found = resourcesOf([
    { type: 'SCALAR', name: 'cpus', role: '*', milli: toMilli(detected.cpus) },
    { type: 'SCALAR', name: 'mem', role: '*', milli: toMilli(detected.mem) },
    { type: 'SCALAR', name: 'disk', role: '*', milli: toMilli(detected.disk) },
    { type: 'RANGES', name: 'ports', role: '*', ranges },
  ]);
  const given = options.resources ?? resourcesOf([]);
  const named = new Set(given.map(({ name }) => name));
  return resourcesOf([...given, ...found.filter(({ name }) => !named.has(name))]);
}

/** Made once per data directory: tasks are found again under the same agent. */
async function lastingId(dataDir: string): Promise<AgentId> {
  const file = join(dataDir, 'agent-id');
  try {
    const id = (await readFile(file, 'utf8')).trim();
    if (id !== '') return id as AgentId;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const id = randomUUID() as string as AgentId;
  await mkdir(dataDir, { recursive: true });
  await writeFile(`${file}.new`, `${id}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return id;
}
