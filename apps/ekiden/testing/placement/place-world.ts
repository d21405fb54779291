import { type AgentId } from '@ekiden/kernel';
import { attributeText, type AgentRow } from '@ekiden/offers';
import type { AppWire } from '../../src/core/app/index.js';
import type { Instance } from '../../src/core/instance/index.js';
import { explainQueue, type QueueEntry } from '../../src/core/matching/index.js';
import type { OrchestratorSettings } from '../../src/core/turn/index.js';
import { SmallWorld } from '../small-world.js';
import { agentOf } from '../world/index.js';

/** A host `h<position>`; room for much unless it says otherwise. */
export interface PlaceHost {
  readonly resources?: string;
  readonly attributes?: string;
  /** `region zone` */
  readonly domain?: string;
}

const ROOMY = 'cpus:64;mem:65536;disk:100000;ports:[31000-32000]';

/** Small apps on hosts of all kinds, and where they end up. */
export class PlaceWorld {
  readonly world: SmallWorld;

  constructor(hosts: readonly PlaceHost[], settings: Partial<OrchestratorSettings> = {}) {
    this.world = new SmallWorld({ agents: [], settings });
    for (const [at, host] of hosts.entries()) this.join(at + 1, host);
  }

  /** A host registers, or says that it has changed. */
  join(number: number, { resources = ROOMY, attributes, domain }: PlaceHost = {}): void {
    const agent = agentOf(number - 1, resources, attributes);
    const [region = '', zone = ''] = domain?.split(' ') ?? [];
    const placed = domain === undefined ? agent : { ...agent, domain: { region, zone } };
    this.world.hear({ kind: 'agentRegistered', agent: placed });
  }

  lose(number: number): void {
    this.world.lose(agentId(number), 'nobody answers');
  }

  /** Posts an app of `instances` that does nothing; one core hundredth, no ports. */
  post(id: string, instances: number, wire: AppWire = {}): this {
    const reply = this.world.create(id, { ...SMALL, instances, ...wire });
    if (reply.kind !== 'deployed') throw new Error(`${id} was refused: ${JSON.stringify(reply)}`);
    return this;
  }

  put(id: string, wire: AppWire): this {
    const reply = this.world.update(id, wire);
    if (reply.kind !== 'deployed') throw new Error(`${id} was refused: ${JSON.stringify(reply)}`);
    return this;
  }

  running(id: string): readonly Instance[] {
    return this.world.instances(id).filter(({ condition }) => condition === 'Running');
  }

  /** Hosts of the running instances, `h1 h1 h2`. */
  hosts(id: string): string {
    return this.running(id)
      .map(({ task }) => task?.host ?? '-')
      .sort()
      .join(' ');
  }

  /** How many run on hosts of each value of a field, most first: `3/3/2`. */
  split(id: string, field: string): string {
    const counts = new Map<string, number>();
    for (const { task } of this.running(id)) {
      const row = this.world.state.master.state.agents.get(task?.agentId ?? agentId(0));
      const value = row === undefined ? '-' : valueOn(row, field);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts.values()].sort((a, b) => b - a).join('/');
  }

  waiting(id: string): QueueEntry | undefined {
    return explainQueue(this.world.view, this.world.clock.now()).find(({ app }) => app.id === id);
  }

  /** How many wait, and the first reason of each agent: `1 UnfulfilledConstraint x3`. */
  queue(id: string): string {
    const entry = this.waiting(id);
    if (entry === undefined) return 'nothing waits';
    const reasons = Object.entries(entry.lastRefusals).map(([why, n]) => `${why} x${n}`);
    return [String(entry.count), ...reasons].join(' ');
  }

  /** Whether a deployment is under way. */
  get isDeploying(): boolean {
    return [...this.world.state.rows.deployments.values()].some((d) => d.status === 'running');
  }
}

const SMALL: AppWire = { cmd: 'sleep 1000', cpus: 0.01, mem: 1, portDefinitions: [] };

export function agentId(number: number): AgentId {
  return `agent-${number}` as AgentId;
}

function valueOn(row: AgentRow, field: string): string {
  if (field === '@zone') return row.domain?.zone ?? '-';
  if (field === '@region') return row.domain?.region ?? '-';
  const attribute = row.attributes.find(({ name }) => name === field);
  return attribute === undefined ? row.hostname : attributeText(attribute);
}

/** Hosts that differ in one attribute: `racks('a', 'a', 'b')`. */
export function hostsWith(name: string, ...values: readonly string[]): PlaceHost[] {
  return values.map((value) => ({ attributes: `${name}:${value}` }));
}

/** So many hosts that differ in nothing. */
export function plainHosts(count: number, resources?: string): PlaceHost[] {
  return Array.from({ length: count }, () => (resources === undefined ? {} : { resources }));
}
