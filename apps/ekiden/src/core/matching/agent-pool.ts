import { SeededChance, millis, type AgentId } from '@ekiden/kernel';
import {
  addResources,
  resourcesOf,
  subtractResources,
  type AgentRow,
  type FrameworkId,
  type Offer,
  type OfferId,
  type Resources,
} from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';
import type { Instance, InstanceId } from '../instance/index.js';
import type { Demand } from './demand.js';
import { matchOffers, type Launch } from './match-offers.js';
import type { QuotaRoom } from './quota-room.js';
import type { Refusal } from './refusal.js';
import { surroundingsOf, type PlacingView } from './surroundings.js';

/** An agent that takes tasks, and what is free on it. */
export interface PoolAgent {
  readonly row: AgentRow;
  readonly free: Resources;
}

/** Instances that are to have a place on paper. */
export interface PaperDemand {
  readonly app: AppDefinition;
  readonly count: number;
  /** Where others of the same configuration are on paper. */
  readonly beside?: readonly AgentId[];
}

/** One instance that has a place on paper. */
export interface Seat {
  readonly app: AppDefinition;
  readonly agentId: AgentId;
  /** What it takes there, disks for its data included. */
  readonly resources: Resources;
}

export interface Seated {
  readonly seats: readonly Seat[];
  /** Why the others have none. */
  readonly refusals: readonly Refusal[];
  /** The same by app. */
  readonly refused: ReadonlyMap<string, readonly Refusal[]>;
}

/**
 * What is free on the agents at one moment, to place instances on it on paper: by the rules that
 * place instances and by the quotas of roles; nothing is changed by it.
 */
export class AgentPool {
  readonly quotas: QuotaRoom;
  private readonly agents: ReadonlyMap<AgentId, AgentRow>;
  private readonly left: Map<AgentId, Resources>;
  private readonly view: PlacingView;

  constructor(agents: readonly PoolAgent[], quotas: QuotaRoom, view: PlacingView) {
    this.agents = new Map(agents.map(({ row }) => [row.id, row]));
    this.left = new Map(agents.map(({ row, free }) => [row.id, free]));
    this.quotas = quotas;
    this.view = view;
  }

  get size(): number {
    return this.agents.size;
  }

  get ids(): readonly AgentId[] {
    return [...this.agents.keys()];
  }

  agent(id: AgentId): AgentRow | undefined {
    return this.agents.get(id);
  }

  /** `undefined`: the agent takes no tasks. */
  free(id: AgentId): Resources | undefined {
    return this.left.get(id);
  }

  /** Places as many as fit, all apps of a role at once; `among` = these agents only. */
  place(
    demands: readonly PaperDemand[],
    among: readonly AgentId[] = [...this.left.keys()],
  ): Seated {
    const seats: Seat[] = [];
    const refused = new Map<string, Refusal[]>();
    const refuse = (app: string, ...more: readonly Refusal[]): void => {
      refused.set(app, [...(refused.get(app) ?? []), ...more]);
    };
    for (const role of new Set(demands.map(({ app }) => app.role))) {
      const alike = demands.filter(({ app, count }) => app.role === role && count > 0);
      if (alike.length === 0) continue;
      const found = matchOffers(
        alike.map((demand) => this.demandOf(demand)),
        this.offersOf(role, among),
        { chance: new SeededChance(1), launchesMax: Infinity, launchesPerOffer: Infinity },
      );
      for (const launch of found.launches) {
        const { app } = launch;
        const resources = resourcesTaken(launch);
        const refusal = this.quotas.take(role, resources);
        if (refusal !== undefined) {
          refuse(app.id, refusal);
          continue;
        }
        this.take(launch.offer.agentId, resources);
        seats.push({ app, agentId: launch.offer.agentId, resources });
      }
      for (const [app, own] of found.refusals) refuse(app, ...own);
    }
    return { seats, refusals: [...refused.values()].flat(), refused };
  }

  /** Somebody is gone from there: it is free again. */
  give(agentId: AgentId, role: string, resources: Resources): void {
    this.quotas.give(role, resources);
    const free = this.left.get(agentId);
    if (free !== undefined) this.left.set(agentId, addResources(free, resources));
  }

  /** Somebody has taken some, and left this. */
  leave(agentId: AgentId, resources: Resources): void {
    this.left.set(agentId, resources);
  }

  private take(agentId: AgentId, resources: Resources): void {
    const free = this.left.get(agentId);
    if (free !== undefined) this.left.set(agentId, subtractResources(free, resources));
  }

  private offersOf(role: string, among: readonly AgentId[]): readonly Offer[] {
    return among.flatMap((agentId): readonly Offer[] => {
      const row = this.agents.get(agentId);
      const resources = this.left.get(agentId);
      if (row === undefined || resources === undefined) return [];
      const { hostname, attributes, domain } = row;
      return [
        {
          id: `paper-${agentId}` as OfferId,
          frameworkId: '' as FrameworkId,
          role,
          agentId,
          hostname,
          attributes,
          ...(domain === undefined ? {} : { domain }),
          resources,
          createdAt: millis(0),
        },
      ];
    });
  }

  private demandOf({ app, count, beside = [] }: PaperDemand): Demand {
    const onPaper = new Map<AgentId, number>();
    for (const id of beside) onPaper.set(id, (onPaper.get(id) ?? 0) + 1);
    return {
      app,
      waiting: Array.from({ length: count }, (_, at) => thoughtUp(app, at)),
      surroundings: () => {
        const known = surroundingsOf(this.view, app);
        const placed = beside.flatMap((id) => {
          const place = this.agents.get(id);
          return place === undefined ? [] : [{ place, going: false }];
        });
        return { ...known, placed: [...known.placed, ...placed] };
      },
      placedOn: (agentId) => onPaper.get(agentId) ?? 0,
    };
  }
}

/** An instance that waits, on paper. */
export function thoughtUp(app: AppDefinition, at: number): Instance {
  return {
    id: `paper-${at}` as InstanceId,
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

function resourcesTaken({ match }: Launch): Resources {
  const disks = match.disks ?? [];
  if (disks.length === 0) return match.resources;
  return addResources(match.resources, resourcesOf(disks.map(({ disk }) => disk)));
}
