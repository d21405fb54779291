import { SeededChance, millis, type AgentId } from '@ekiden/kernel';
import {
  fromMilli,
  subtractResources,
  type AgentRow,
  type Milli,
  type Offer,
  type OfferId,
  type Resources,
} from '@ekiden/offers';
import type { AppDefinition } from '../../app/index.js';
import type { Reserved, RolloutProgress } from '../../deployment/index.js';
import type { Instance, InstanceId } from '../../instance/index.js';
import {
  KnownValues,
  closedBecause,
  matchOffers,
  surroundingsOf,
  type Demand,
  type Refusal,
} from '../../matching/index.js';
import type { TurnContext } from '../../turn/index.js';
import { withoutReserved } from './reservations.js';

/** Whether a whole new generation fits at once, and where; or what is missing. */
export type Gang =
  | { readonly fits: true; readonly reserved: readonly Reserved[] }
  | { readonly fits: false; readonly missing: string };

/**
 * Places every instance of the twin set at its full size on what is free now, by the rules that
 * place instances, without doing it (rollouts.md, Capacity). What others have reserved is not free.
 */
export function placeGang(context: TurnContext, progress: RolloutProgress): Gang {
  const apps = progress.twins.flatMap(({ id }) => context.draft.apps.get(id) ?? []);
  const free = freeOnAgents(context);
  const reserved: Reserved[] = [];
  let fit = 0;
  let wanted = 0;
  let refusals: readonly Refusal[] = [];
  for (const role of new Set(apps.map((app) => app.role))) {
    const demands = apps
      .filter((app) => app.role === role && app.instances > 0)
      .map((app) => demandOf(context, app));
    const placed = matchOffers(demands, offersOf(context, free, role), ALL_AT_ONCE);
    for (const { app, offer, match } of placed.launches) {
      const left = free.get(offer.agentId);
      if (left !== undefined) free.set(offer.agentId, subtractResources(left, match.resources));
      reserved.push({ app: app.id, agentId: offer.agentId, instances: 1 });
    }
    fit += placed.launches.length;
    wanted += demands.reduce((sum, { waiting }) => sum + waiting.length, 0);
    refusals = [...refusals, ...[...placed.refusals.values()].flat()];
  }
  if (fit === wanted) return { fits: true, reserved: addedUp(reserved) };
  return { fits: false, missing: `${fit} of ${wanted} fit; ${shortage(refusals, wanted - fit)}` };
}

const ALL_AT_ONCE = {
  get chance() {
    return new SeededChance(1);
  },
  launchesMax: Infinity,
  launchesPerOffer: Infinity,
};

function freeOnAgents(context: TurnContext): Map<AgentId, Resources> {
  const { draft, master } = context;
  const free = new Map<AgentId, Resources>();
  for (const row of master.agents()) {
    if (closedBecause(row) !== undefined || draft.leaving.has(row.id)) continue;
    const available = master.books(row.id)?.available;
    if (available !== undefined) free.set(row.id, withoutReserved(context, row, available));
  }
  return free;
}

function offersOf(
  { master, state, now }: TurnContext,
  free: ReadonlyMap<AgentId, Resources>,
  role: string,
): readonly Offer[] {
  return [...free].flatMap(([agentId, resources]): readonly Offer[] => {
    const row = master.agent(agentId);
    if (row === undefined) return [];
    const id = `gang-${agentId}` as OfferId;
    return [
      {
        ...placeOf(row),
        id,
        frameworkId: state.frameworkId,
        role,
        agentId,
        resources,
        createdAt: now,
      },
    ];
  });
}

function placeOf({
  hostname,
  attributes,
  domain,
}: AgentRow): Pick<Offer, 'hostname' | 'attributes' | 'domain'> {
  return { hostname, attributes, ...(domain === undefined ? {} : { domain }) };
}

function demandOf({ draft, master }: TurnContext, app: AppDefinition): Demand {
  const view = {
    instances: draft.instances,
    agent: (id: AgentId) => master.agent(id),
    isLeft: (id: AgentId) => draft.leaving.has(id),
    knownValues: new KnownValues(() => master.agents()),
  };
  return {
    app,
    waiting: Array.from({ length: app.instances }, (_, at) => thoughtUp(app, at)),
    surroundings: () => surroundingsOf(view, app),
    placedOn: () => 0,
  };
}

function thoughtUp(app: AppDefinition, at: number): Instance {
  return {
    id: `gang-${at}` as InstanceId,
    appId: app.id,
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
    goal: 'Running',
    condition: 'Scheduled',
    incarnation: 0,
    createdAt: millis(0),
    since: millis(0),
  };
}

function addedUp(reserved: readonly Reserved[]): readonly Reserved[] {
  const sums = new Map<string, Reserved>();
  for (const each of reserved) {
    const key = `${each.app} ${each.agentId}`;
    const instances = (sums.get(key)?.instances ?? 0) + each.instances;
    sums.set(key, { ...each, instances });
  }
  return [...sums.values()];
}

/** What the agents that come nearest are short of, one instance on each. */
function shortage(refusals: readonly Refusal[], missing: number): string {
  const short = refusals.flatMap((refusal) => {
    if (
      refusal.by !== 'cpus' &&
      refusal.by !== 'mem' &&
      refusal.by !== 'disk' &&
      refusal.by !== 'gpus'
    ) {
      return [];
    }
    return [{ name: refusal.by, milli: refusal.wanted - refusal.offered }];
  });
  const [first] = short.sort((a, b) => a.milli - b.milli);
  if (first === undefined) {
    const kinds = [...new Set(refusals.map(({ by }) => by))].sort();
    return kinds.length === 0
      ? 'no agent takes tasks'
      : `no agent takes more (${kinds.join(', ')})`;
  }
  const nearest = short.filter(({ name }) => name === first.name).slice(0, missing);
  const amount = fromMilli(nearest.reduce((sum, { milli }) => sum + milli, 0) as Milli);
  const agents = nearest.length === 1 ? '1 agent' : `${nearest.length} agents`;
  return `short ${amount} ${first.name} on ${agents}`;
}
