import { err, ok, type Chance, type Result } from '@ekiden/kernel';
import {
  attributeText,
  resourcesOf,
  takePorts,
  toMilli,
  type Attribute,
  type Milli,
  type Resource,
  type Resources,
} from '@ekiden/offers';
import { hostPortDemand, isPod, type AppDefinition } from '../app/index.js';
import { brokenConstraint, type Place } from './constraints.js';
import type { Refusal } from './refusal.js';

/** Attribute by which an agent says what kinds of tasks it runs: `executors:{docker,process}`. */
export const EXECUTORS_ATTRIBUTE = 'executors';

export type ExecutorKind = 'process' | 'docker';

/** An image needs Docker; a plain command runs as a process (DESIGN 6). */
export function executorOf(app: AppDefinition): ExecutorKind {
  return app.container?.docker === undefined ? 'process' : 'docker';
}

/** What a match takes from a host. */
export interface Match {
  readonly resources: Resources;
  /** Allocated host ports by entry of the app's ports; `undefined` = that entry needs none. */
  readonly hostPorts: readonly (number | undefined)[];
}

export interface MatchInput {
  readonly app: AppDefinition;
  readonly place: Place;
  /** What is free there. */
  readonly free: Resources;
  /** Hosts of the app's other instances of this configuration. */
  readonly others: () => readonly Place[];
  readonly chance: Chance;
}

/**
 * Whether one more instance of an app fits on a host, and what exactly it takes; or the first rule
 * that refuses, in Marathon's order of questions.
 */
export function matchInstance(input: MatchInput): Result<Match, Refusal> {
  const { app, place } = input;
  if (isPod(app)) return err({ by: 'pod' });
  const accepted = app.acceptedResourceRoles ?? ['*', app.role];
  const usable = input.free.filter((object) => accepted.includes(object.role));
  if (usable.length === 0) return err({ by: 'role', accepted: [...new Set(accepted)] });
  const executors = executorsOf(place.attributes);
  const executor = executorOf(app);
  if (!executors.includes(executor)) {
    return err({ by: 'executor', wanted: executor, offered: executors });
  }
  const others = app.constraints.length === 0 ? [] : input.others();
  const broken = brokenConstraint(app.constraints, place, others, app.instances);
  if (broken !== undefined) return err({ by: 'constraint', ...broken });
  return takeResources(app, resourcesOf(usable), input.chance);
}

/** The kinds an agent says it runs at present. */
export function executorsOf(attributes: readonly Attribute[]): readonly string[] {
  const attribute = attributes.find(({ name }) => name === EXECUTORS_ATTRIBUTE);
  if (attribute === undefined) return [];
  return attribute.type === 'SET' ? attribute.items : [attributeText(attribute)];
}

const SCALARS = ['cpus', 'mem', 'disk', 'gpus'] as const;

function takeResources(
  app: AppDefinition,
  usable: Resources,
  chance: Chance,
): Result<Match, Refusal> {
  const taken: Resource[] = [];
  for (const name of SCALARS) {
    const wanted = toMilli(app[name]);
    const short = takeScalar(usable, name, wanted, taken);
    if (short !== undefined) return err({ by: name, wanted, offered: short });
  }
  const demand = hostPortDemand(app);
  const fixed = [...new Set(demand.flatMap((e) => (e.kind === 'fixed' ? [e.port] : [])))];
  const random = demand.filter((entry) => entry.kind === 'any').length;
  const ports = takePorts(usable, { fixed, random }, chance);
  if (!ports.ok) return err({ by: 'ports', shortage: ports.error });
  const anyPorts = [...ports.value.random];
  const hostPorts = demand.map((entry) => {
    if (entry.kind === 'fixed') return entry.port;
    return entry.kind === 'any' ? anyPorts.shift() : undefined;
  });
  return ok({ resources: resourcesOf([...taken, ...ports.value.resources]), hostPorts });
}

/** Takes from all reservations of a name; returns what there was when it is not enough. */
function takeScalar(
  from: Resources,
  name: string,
  wanted: Milli,
  taken: Resource[],
): Milli | undefined {
  let missing: number = wanted;
  let offered = 0;
  for (const object of from) {
    if (object.name !== name || object.type !== 'SCALAR') continue;
    offered += object.milli;
    const part = Math.min(missing, object.milli);
    if (part > 0) taken.push({ ...object, milli: part as Milli });
    missing -= part;
  }
  return missing > 0 ? (offered as Milli) : undefined;
}
