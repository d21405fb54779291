import type { AgentId } from '@ekiden/kernel';
import type { AgentRow } from '@ekiden/offers';
import type { AppDefinition, Constraint } from '../app/index.js';
import { isTerminal, type Condition, type Instance } from '../instance/index.js';
import { startRule } from './constraint-rules.js';
import { executorsOf } from './match-instance.js';
import { executorOf } from './needs.js';
import { closedBecause, fieldValue, type Place, type PlacedInstance } from './place.js';

/** What the constraints of an app look at besides the host at hand. */
export interface Surroundings {
  /** Where its instances of this configuration are. */
  readonly placed: readonly PlacedInstance[];
  /** Values of a field on agents that it could use. */
  readonly known: (field: string) => ReadonlySet<string>;
}

/** What surroundings are made of. */
export interface PlacingView {
  readonly instances: { by(index: 'app' | 'beside', value: string): readonly Instance[] };
  readonly agent: (id: AgentId) => Place | undefined;
  /** Whether an agent is being drained: what is there shall be elsewhere. */
  readonly isLeft: (id: AgentId) => boolean;
  readonly knownValues: KnownValues;
}

/** Where an app's instances of its present configuration are, and what there is. */
export function surroundingsOf(view: PlacingView, app: AppDefinition): Surroundings {
  return {
    placed: placedOf(view, app),
    known: (field) => view.knownValues.of(app, field),
  };
}

/**
 * Instances of other configurations do not count (UPG-22), so each generation is spread by itself; those that nobody hears of or that shall
 * go are in the way only of what must not be twice.
 */
function placedOf(view: PlacingView, app: AppDefinition): readonly PlacedInstance[] {
  const placed: PlacedInstance[] = [];
  const live = view.instances.by('app', app.id);
  const beside = view.instances.by('beside', app.id);
  for (const instance of beside.length === 0 ? live : [...live, ...beside]) {
    const { condition, configVersion, goal, task } = instance;
    const { reservation } = instance;
    if (reservation !== undefined) {
      // Where its data is, it comes back to, whether it runs at present or not (LIM-08).
      const home = view.agent(reservation.agentId);
      if (home !== undefined) placed.push({ place: home, going: goal === 'Decommissioned' });
      continue;
    }
    if (task === undefined || isTerminal(condition)) continue;
    if (configVersion !== app.versionInfo.lastConfigChangeAt) continue;
    const place = view.agent(task.agentId);
    if (place === undefined) continue;
    const going = goal !== 'Running' || SILENT.has(condition) || view.isLeft(task.agentId);
    placed.push({ place, going });
  }
  return placed;
}

/** Replaced already, or nobody knows. One that has just fallen silent is still counted on. */
const SILENT: ReadonlySet<Condition> = new Set(['UnreachableInactive', 'Unknown']);

/** Constraints that look at the host alone. */
const STATIC: ReadonlySet<Constraint['operator']> = new Set(['IS', 'LIKE', 'UNLIKE', 'CLUSTER']);

/** Which values fields have on the agents that there are, found out once for many apps. */
export class KnownValues {
  private readonly agents: () => Iterable<AgentRow>;
  private readonly known = new Map<string, ReadonlySet<string>>();

  /** `agents` is asked when the first value is. */
  constructor(agents: () => Iterable<AgentRow>) {
    this.agents = agents;
  }

  /** Values of a field on agents that take tasks and could ever be used by the app. */
  of(app: AppDefinition, field: string): ReadonlySet<string> {
    const demands = app.constraints.filter(
      ({ operator, value }) => STATIC.has(operator) && value !== undefined && value !== '',
    );
    const roles = app.acceptedResourceRoles ?? ['*', app.role];
    const executor = executorOf(app);
    const key = JSON.stringify([field, executor, roles, demands]);
    let values = this.known.get(key);
    if (values !== undefined) return values;
    const rules = demands.map((each) => startRule(each, NOWHERE));
    const suits = (agent: AgentRow): boolean =>
      closedBecause(agent) === undefined &&
      executorsOf(agent.attributes).includes(executor) &&
      agent.total.some(({ role }) => roles.includes(role)) &&
      rules.every((rule) => {
        const value = fieldValue(agent, rule.constraint.field);
        return value === undefined ? rule.missing : rule.accepts(value);
      });
    values = this.valuesOf(field, suits);
    this.known.set(key, values);
    return values;
  }

  private valuesOf(field: string, suits: (agent: AgentRow) => boolean): ReadonlySet<string> {
    const values = new Set<string>();
    for (const agent of this.agents()) {
      const value = fieldValue(agent, field);
      if (value !== undefined && !values.has(value) && suits(agent)) values.add(value);
    }
    return values;
  }
}

const NOWHERE = { wanted: 1, placed: [], known: () => new Set<string>() };
