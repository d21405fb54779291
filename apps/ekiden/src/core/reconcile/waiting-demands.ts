import type { AgentId } from '@ekiden/kernel';
import type { AgentRow } from '@ekiden/offers';
import { isPod, podObstacle, type AppDefinition, type PathId } from '../app/index.js';
import { countPlaced, launchDelayOf, type Instance } from '../instance/index.js';
import { KnownValues, surroundingsOf, type Demand, type Launch } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';

/**
 * Waiting instances whose backoff is over, by the definition they will start from. Who has waited
 * longest stands first, whatever order the index has them in; an app that was given a place has
 * waited since then, so that a large one leaves some to others (RES-21).
 */
export function demandsOf(context: TurnContext): Demand[] {
  const { draft, master } = context;
  const view = {
    instances: draft.instances,
    // One that has registered in this very turn is there for the draft alone.
    agent: (id: AgentId): AgentRow | undefined => master.agent(id),
    isLeft: (id: AgentId) => draft.leaving.has(id),
    knownValues: new KnownValues(() => master.agents()),
  };
  return draft.instances
    .valuesOf('scheduled')
    .filter((id) => !context.state.memory.frozen.has(id as PathId))
    .flatMap((id) => [...waitingByVersion(context, id as PathId).values()])
    .flatMap((waiting): readonly Demand[] => {
      const [first] = waiting;
      const app = first === undefined ? undefined : draft.definitionOf(first);
      // What no host can run is not asked for either (matching says so).
      if (app === undefined || (isPod(app) && podObstacle(app) !== undefined)) return [];
      return [
        {
          app,
          waiting: inOrder(waiting),
          surroundings: () => surroundingsOf(view, app),
          placedOn: (agentId) => countOn(context, app, agentId),
        },
      ];
    })
    .map((demand) => ({ demand, since: waitingSince(draft, demand) }))
    .sort((a, b) => a.since - b.since || byWaiting(a.demand.waiting[0], b.demand.waiting[0]))
    .map(({ demand }) => demand);
}

function waitingSince({ served }: TurnContext['draft'], { app, waiting }: Demand): number {
  return Math.max(waiting[0]?.since ?? 0, served.get(app.id) ?? 0);
}

function countOn({ draft }: TurnContext, app: AppDefinition, agentId: AgentId): number {
  const config = app.versionInfo.lastConfigChangeAt;
  let count = countPlaced(draft.instances, app.id, { config, agentId });
  if (draft.volumes.size === 0) return count;
  // An agent that has just not confirmed one is not the first choice for the next (VOL-14).
  for (const { appId, wipe } of draft.volumes.by('agent', agentId)) {
    if (appId === app.id && wipe?.reason === 'undone') count += 1;
  }
  return count;
}

function waitingByVersion(
  { draft, now }: TurnContext,
  app: PathId,
): ReadonlyMap<string, readonly Instance[]> {
  const versions = new Map<string, Instance[]>();
  const delayed = new Map<string, boolean>();
  const isDelayed = (instance: Instance): boolean => {
    const { configVersion, backsOff = false } = instance;
    const alike = `${configVersion} ${backsOff}`;
    const known = delayed.get(alike);
    if (known !== undefined) return known;
    const delay = launchDelayOf(draft, instance, draft.definitionOf(instance));
    const found = delay !== undefined && delay.until > now;
    delayed.set(alike, found);
    return found;
  };
  // Thousands may wait, one like the other: what was found out for the last one holds for the next.
  let last: Instance | undefined;
  let lastDelayed = false;
  let siblings: Instance[] | undefined;
  for (const instance of draft.instances.by('scheduled', app)) {
    if (instance.goal !== 'Running' || instance.reservation !== undefined) continue;
    if (last === undefined || !areAlike(last, instance)) {
      last = instance;
      lastDelayed = isDelayed(instance);
      siblings = undefined;
    }
    if (lastDelayed) continue;
    if (siblings === undefined) {
      // Commands of hooks have a definition each.
      const like = instance.hook === undefined ? String(instance.appVersion) : instance.id;
      siblings = versions.get(like) ?? [];
      versions.set(like, siblings);
    }
    siblings.push(instance);
  }
  return versions;
}

/** Of one definition, and delayed alike. */
function areAlike(a: Instance, b: Instance): boolean {
  if (a.hook !== undefined || b.hook !== undefined) return false;
  return (
    a.appVersion === b.appVersion &&
    a.configVersion === b.configVersion &&
    a.backsOff === b.backsOff
  );
}

/** Longest waiting first. They mostly stand so already: the index keeps the order they came in. */
function inOrder(waiting: readonly Instance[]): readonly Instance[] {
  for (let at = 1; at < waiting.length; at += 1) {
    if (byWaiting(waiting[at - 1], waiting[at]) >= 0) return [...waiting].sort(byWaiting);
  }
  return waiting;
}

function byWaiting(a: Instance | undefined, b: Instance | undefined): number {
  if (a === undefined || b === undefined) return 0;
  if (a.since !== b.since) return a.since - b.since;
  return a.id < b.id ? -1 : 1;
}

/**
 * The first demand of each configuration. Versions of one share its constraints, and only what has
 * been placed is counted by them: the others have their turn in the next round.
 */
export function oneByConfig(demands: readonly Demand[]): readonly Demand[] {
  const seen = new Set<string>();
  return demands.filter(({ app }) => {
    const config = `${app.id}@${app.versionInfo.lastConfigChangeAt}`;
    if (seen.has(config)) return false;
    seen.add(config);
    return true;
  });
}

/** The demands after these launches. Whom nothing was launched for stands first now. */
export function stillWaiting(
  demands: readonly Demand[],
  launches: readonly Launch[],
): readonly Demand[] {
  if (launches.length === 0) return demands;
  const launched = new Map<AppDefinition, number>();
  for (const { app } of launches) launched.set(app, (launched.get(app) ?? 0) + 1);
  const served: Demand[] = [];
  const others: Demand[] = [];
  for (const demand of demands) {
    // The longest waiting were launched first.
    const waiting = demand.waiting.slice(launched.get(demand.app) ?? 0);
    if (waiting.length === demand.waiting.length) others.push(demand);
    else if (waiting.length > 0) served.push({ ...demand, waiting });
  }
  return [...others, ...served];
}
