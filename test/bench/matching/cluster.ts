import { SeededChance, millis, type AgentId, type Millis } from '@ekiden/kernel';
import {
  parseAttributes,
  parseResources,
  type FrameworkId,
  type Offer,
  type OfferId,
} from '@ekiden/offers';
import {
  createApp,
  DEFAULT_APP_SETTINGS,
  resolveId,
  type AppDefinition,
  type AppWire,
} from '../../../apps/ekiden/src/core/app/index.js';
import type { Instance, InstanceId } from '../../../apps/ekiden/src/core/instance/index.js';

/** Zones of the cluster, and racks in each. */
const ZONES = 3;
const RACKS = 20;

const NOW = millis(1_600_000_000_000);

/** One offer of each agent, all of it free: 24 cores and a thousand ports as in Mesos's benchmarks. */
export function offersOf(agents: number): readonly Offer[] {
  const resources = parseResources('cpus:24;mem:65536;disk:65536;ports:[31000-32000]');
  if (!resources.ok) throw new Error('the resources can be read');
  return Array.from({ length: agents }, (_, i): Offer => {
    const zone = `z${i % ZONES}`;
    const attributes = parseAttributes(`executors:{docker,process};rack:${zone}-${i % RACKS}`);
    if (!attributes.ok) throw new Error('the attributes can be read');
    return {
      id: `offer-${i}` as OfferId,
      agentId: `agent-${i}` as AgentId,
      hostname: `host-${i}.example`,
      frameworkId: 'framework' as FrameworkId,
      role: '*',
      resources: resources.value,
      attributes: attributes.value,
      domain: { region: 'r1', zone },
      createdAt: NOW,
    };
  });
}

export function appOf(name: string, instances: number, wire: AppWire = {}): AppDefinition {
  const id = resolveId(`/bench/${name}`);
  const made = createApp(
    { cmd: 'sleep 1000', cpus: 0.1, mem: 32, instances, ...wire },
    { id, now: NOW, settings: DEFAULT_APP_SETTINGS },
  );
  if (!made.ok) throw new Error(`${name}: ${JSON.stringify(made.error)}`);
  return made.value;
}

/** All instances of an app, waiting since one after the other. */
export function waitingOf(app: AppDefinition): readonly Instance[] {
  return Array.from({ length: app.instances }, (_, i): Instance => {
    const since = (NOW + i) as Millis;
    return {
      id: `${app.id.slice(1).replaceAll('/', '_')}.instance-${i}` as InstanceId,
      appId: app.id,
      appVersion: app.version,
      configVersion: app.versionInfo.lastConfigChangeAt,
      goal: 'Running',
      condition: 'Scheduled',
      incarnation: 0,
      createdAt: since,
      since,
    };
  });
}

/** The values of a field on agents that a GROUP_BY without a number balances over. */
export function zonesOf(field: string): ReadonlySet<string> {
  return new Set(field === '@zone' ? Array.from({ length: ZONES }, (_, i) => `z${i}`) : []);
}

/** The same numbers for every round. */
export function roundChance(): SeededChance {
  return new SeededChance(7);
}
