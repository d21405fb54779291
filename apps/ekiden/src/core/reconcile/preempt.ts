import { isTerminalTaskState, millis, type AgentId } from '@ekiden/kernel';
import { addResources, type AgentRow, type Resources } from '@ekiden/offers';
import { isResident, type AppDefinition, type PathId } from '../app/index.js';
import { minimumHealthy } from '../deployment/index.js';
import { preemptionNotice } from '../events/index.js';
import { changeInstance, isHealthyAndReady, type Instance } from '../instance/index.js';
import { shapeOf, tryOn, type Demand, type Surroundings } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';

/** Apps looked at in one turn, and agents and victims looked at for one instance. */
const APPS_MAX = 5;
const AGENTS_MAX = 500;
const VICTIMS_MAX = 10;

/** Tasks under notice at one time (ADR 0033). */
const NOTICES_MAX = 100;

export function priorityOf(app: AppDefinition | undefined): number {
  return app?.priority ?? 0;
}

/**
 * Makes room for waiting apps of a higher priority that would fit nowhere else: instances of lower
 * priority are given notice, and killed when it runs out (ADR 0033). Only where one more instance
 * really fits then, by the rules that place instances; never what has its data on the agent, and
 * never below what an app promises by `minimumHealthCapacity`.
 */
export function preempt(context: TurnContext, demands: readonly Demand[]): void {
  const { draft, settings } = context;
  tidy(context, demands);
  if (settings.preemptionNotice === undefined) return;
  const urgent = demands
    .filter(({ app }) => priorityOf(app) > 0)
    .sort((a, b) => priorityOf(b.app) - priorityOf(a.app))
    .slice(0, APPS_MAX);
  for (const demand of urgent) {
    // One more on each agent at a time, so that what is pending is for so many.
    for (let n = pendingFor(context, demand.app).size; n < demand.waiting.length; n += 1) {
      if (draft.evictions.size >= NOTICES_MAX || !giveNotice(context, demand)) break;
    }
  }
}

/** At the end of its notice an instance is killed, and waits like any other. */
export function killPreempted(context: TurnContext, id: PathId, wake: EarliestWake): void {
  const { draft, now } = context;
  for (const { taskId, at, forApp } of draft.evictions.by('app', id)) {
    const instance = draft.instances.by('task', taskId)[0];
    if (instance === undefined || instance.kill !== undefined) continue;
    if (at > now) {
      wake.by(at);
      continue;
    }
    const kill = { since: now, reason: 'preempted', detail: `room for ${forApp}` } as const;
    draft.putInstance(changeInstance(instance, { kill }));
  }
}

/** Agents on which room is being made, which only so important apps may use meanwhile. */
export function reservedAgents({ draft }: TurnContext): ReadonlyMap<AgentId, number> {
  const reserved = new Map<AgentId, number>();
  for (const { agentId, forApp } of draft.evictions.values()) {
    const priority = priorityOf(draft.apps.get(forApp));
    reserved.set(agentId, Math.max(priority, reserved.get(agentId) ?? 0));
  }
  return reserved;
}

/** Forgets notices whose tasks are gone, and takes back those nobody needs any more. */
function tidy({ draft, master }: TurnContext, demands: readonly Demand[]): void {
  if (draft.evictions.size === 0) return;
  const waiting = new Set(demands.map(({ app }) => app.id));
  for (const { taskId, forApp, at } of [...draft.evictions.values()]) {
    const task = master.task(taskId);
    const instance = draft.instances.by('task', taskId)[0];
    const isGone = task === undefined || isTerminalTaskState(task.state);
    const isNeedless = instance?.kill === undefined && !waiting.has(forApp);
    if (!isGone && instance !== undefined && !isNeedless) continue;
    draft.evictions.remove(taskId);
    if (isGone || instance?.task === undefined) continue;
    draft.events.push(
      preemptionNotice(instance, instance.task, { forApp, at, state: 'withdrawn' }),
    );
  }
}

function pendingFor({ draft }: TurnContext, { id }: AppDefinition): ReadonlySet<AgentId> {
  return new Set(draft.evictions.by('for', id).map(({ agentId }) => agentId));
}

/** Room for one more; false where there is none to be made, or no need. */
function giveNotice(context: TurnContext, demand: Demand): boolean {
  const { draft, now, settings } = context;
  const surroundings = demand.surroundings();
  const pending = pendingFor(context, demand.app);
  let best: readonly Instance[] | undefined;
  let looked = 0;
  for (const row of context.master.agents()) {
    if (looked >= AGENTS_MAX || best?.length === 1) break;
    if (pending.has(row.id) || !isOpen(context, row)) continue;
    looked += 1;
    const found = victimsOn(context, demand.app, row, surroundings);
    // Where it fits already it is placed soon, without anybody's harm.
    if (found === 'fits') return false;
    if (found === undefined || (best !== undefined && found.length >= best.length)) continue;
    best = found;
  }
  const at = millis(now + (settings.preemptionNotice ?? 0));
  const forApp = demand.app.id;
  for (const instance of best ?? []) {
    const { task, appId } = instance;
    if (task === undefined) continue;
    const { id: taskId, agentId } = task;
    draft.evictions.put(taskId, { taskId, agentId, appId, forApp, at });
    draft.events.push(preemptionNotice(instance, task, { forApp, at, state: 'given' }));
    draft.dirty.add(appId);
  }
  return best !== undefined;
}

function isOpen({ draft }: TurnContext, row: AgentRow): boolean {
  const { activated, reachable, registered, goneSince } = row;
  return (
    activated && reachable && registered && goneSince === undefined && !draft.leaving.has(row.id)
  );
}

/** The fewest that have to leave this agent, the least important and youngest first. */
function victimsOn(
  context: TurnContext,
  app: AppDefinition,
  row: AgentRow,
  others: Surroundings,
): readonly Instance[] | 'fits' | undefined {
  const free = context.master.books(row.id)?.available;
  if (free === undefined) return undefined;
  const fits = (room: Resources): boolean => tryOn(app, { place: row, free: room, others }).ok;
  if (fits(free)) return 'fits';
  const { draft } = context;
  const candidates = draft.instances
    .by('agent', row.id)
    .filter((instance) => mayLeave(context, app, instance))
    .sort((a, b) => rank(context, a) - rank(context, b) || b.createdAt - a.createdAt);
  const chosen: Instance[] = [];
  for (const candidate of candidates) {
    if (chosen.length >= VICTIMS_MAX) return undefined;
    if (!isSpared(context, candidate, chosen)) continue;
    chosen.push(candidate);
    if (!fits(withBack(context, free, chosen))) continue;
    const needed = withoutNeedless(chosen, (left) => fits(withBack(context, free, left)));
    return isOnlyRoom(context, app, row.id) ? needed : undefined;
  }
  return undefined;
}

function rank({ draft }: TurnContext, { appId }: Instance): number {
  return priorityOf(draft.apps.get(appId));
}

function mayLeave({ draft }: TurnContext, app: AppDefinition, instance: Instance): boolean {
  const own = draft.apps.get(instance.appId);
  const { task, goal, kill } = instance;
  if (own === undefined || task === undefined || goal !== 'Running' || kill !== undefined) {
    return false;
  }
  if (isTerminalTaskState(task.state) || draft.evictions.has(task.id)) return false;
  return !isResident(own) && priorityOf(own) < priorityOf(app);
}

/** Whether its app keeps what it promises without it and those chosen or told already. */
function isSpared(context: TurnContext, instance: Instance, chosen: readonly Instance[]): boolean {
  const { draft } = context;
  const app = draft.apps.get(instance.appId);
  if (app === undefined) return false;
  const serving = draft.instances
    .by('app', app.id)
    .filter((each) => isHealthyAndReady(each, draft.definitionOf(each)));
  const serves = (each: Instance): boolean => serving.some(({ id }) => id === each.id);
  if (!serves(instance)) return true;
  const going =
    chosen.filter((each) => each.appId === app.id && serves(each)).length +
    draft.evictions.by('app', app.id).length;
  return serving.length - going - 1 >= minimumHealthy(app.instances, app.upgradeStrategy);
}

export function withBack(
  { master }: TurnContext,
  free: Resources,
  leaving: readonly Instance[],
): Resources {
  return leaving.reduce((sum, { task }) => {
    const held = task && master.task(task.id)?.resources;
    return held === undefined ? sum : addResources(sum, held);
  }, free);
}

/** The last one made the difference; some before it may not be needed. */
function withoutNeedless(
  chosen: readonly Instance[],
  fits: (left: readonly Instance[]) => boolean,
): readonly Instance[] {
  let needed = chosen;
  for (const each of chosen) {
    const without = needed.filter((one) => one !== each);
    if (without.length > 0 && fits(without)) needed = without;
  }
  return needed;
}

/** Room made where another gate says no (a quota that is used up) would be of no use. */
export function isOnlyRoom(
  { master, state }: TurnContext,
  app: AppDefinition,
  agent: AgentId,
): boolean {
  const query = { framework: state.frameworkId, role: app.role, agent, shape: shapeOf(app) };
  return LACK_OF_ROOM.has(master.explain(query).kind);
}

const LACK_OF_ROOM: ReadonlySet<string> = new Set([
  'insufficient',
  'nothingFree',
  'belowMinimum',
  'filtered',
  'none',
]);

/** Demands by priority, the highest first; those of one priority stay in order. */
export function byPriority(demands: readonly Demand[]): readonly (readonly Demand[])[] {
  const classes = new Map<number, Demand[]>();
  for (const demand of demands) {
    const priority = priorityOf(demand.app);
    const alike = classes.get(priority);
    if (alike === undefined) classes.set(priority, [demand]);
    else alike.push(demand);
  }
  return [...classes].sort(([a], [b]) => b - a).map(([, alike]) => alike);
}
