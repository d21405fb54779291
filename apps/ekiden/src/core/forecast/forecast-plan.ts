import type { Steps } from '@ekiden/kernel';
import { isResident, type AppDefinition, type PathId } from '../app/index.js';
import {
  changeIn,
  verbOf,
  type Action,
  type DeploymentPlan,
  type Forecast,
  type PlacedOn,
  type Placement,
  type PlannedRollout,
  type Step,
} from '../deployment/index.js';
import { missingText, type Seat } from '../matching/index.js';
import { poolNow } from '../reconcile/index.js';
import type { TurnContext } from '../turn/index.js';
import { Paper } from './paper.js';
import { playResidents, playSerial } from './play-in-place.js';
import { playRolling, type Played } from './play-rolling.js';

/**
 * Agents and instances that are looked at for one plan, about a second at the most; what comes
 * after that is left out and counted.
 */
const WORK_MAX = 200_000;

/** Instances of new apps that are placed together. */
const BATCH = 200;

/**
 * Plays a plan through on the agents as they are, in order of its steps: what an earlier one takes
 * or leaves counts for those after it. On paper alone: nothing is reserved, nothing is promised.
 */
export function* forecastPlan(context: TurnContext, plan: DeploymentPlan): Steps<Forecast> {
  const player = new PlanPlayer(context, plan);
  for (const [index, step] of plan.steps.entries()) yield* player.play(step, index);
  return player.forecast();
}

interface Acting {
  readonly step: number;
  readonly app: AppDefinition;
}

class PlanPlayer {
  private readonly plan: DeploymentPlan;
  private readonly paper: Paper;
  private readonly placements: Placement[] = [];
  private readonly waiting: { scope: PathId; missing: string }[] = [];
  private readonly reserved = new Set<PathId>();
  private readonly serial: ReadonlySet<PathId>;
  private leftOut = 0;

  constructor(context: TurnContext, plan: DeploymentPlan) {
    this.plan = plan;
    this.paper = new Paper(context, poolNow(context));
    const serial = (plan.inPlace ?? []).filter(({ settings }) => settings.strategy === 'serial');
    this.serial = new Set(serial.flatMap(({ apps }) => apps));
  }

  forecast(): Forecast {
    return {
      placements: this.placements.sort((a, b) => a.step - b.step),
      waiting: this.waiting,
      agents: this.paper.pool.size,
      leftOut: this.leftOut,
    };
  }

  *play({ actions, promotes }: Step, step: number): Steps<void> {
    if (promotes !== undefined) {
      this.retireOld(promotes);
      return;
    }
    let fresh: Acting[] = [];
    let size = 0;
    for (const [index, action] of actions.entries()) {
      if (this.paper.work > WORK_MAX) {
        const open = actions.slice(index).filter((one) => verbOf(one) !== 'Start');
        this.leftOut += open.length;
        break;
      }
      const app = this.freshApp(action);
      if (app === undefined) {
        yield* this.act(action, step);
        continue;
      }
      fresh.push({ step, app });
      size += app.instances;
      if (size < BATCH) continue;
      this.placeNew(fresh);
      [fresh, size] = [[], 0];
      yield;
    }
    if (fresh.length > 0) this.placeNew(fresh);
    yield;
  }

  /** What an action places that has no instances yet: those are placed together. */
  private freshApp(action: Action): AppDefinition | undefined {
    if (verbOf(action) !== 'Scale' && verbOf(action) !== 'Restart') return undefined;
    if (this.scopeOf(action.app) !== undefined) return undefined;
    const app = changeIn(this.plan, action.app)?.after;
    const { instances } = this.paper.context.draft;
    return app === undefined || instances.count('app', app.id) > 0 ? undefined : app;
  }

  private placeNew(acting: readonly Acting[]): void {
    const demands = acting.map(({ app }) => ({ app, count: app.instances }));
    const { seats, refusalsOf } = this.seatTogether(demands);
    for (const { step, app } of acting) {
      const own = seats.get(app.id) ?? [];
      const refusals = refusalsOf(app.id);
      this.note({ step, app }, { starts: app.instances, seats: own, refusals });
    }
  }

  private seatTogether(demands: readonly { app: AppDefinition; count: number }[]) {
    const placed = this.paper.placeAll(demands);
    const seats = new Map<PathId, Seat[]>();
    for (const seat of placed.seats) {
      const own = seats.get(seat.app.id);
      if (own === undefined) seats.set(seat.app.id, [seat]);
      else own.push(seat);
    }
    const refusalsOf = (app: PathId) => placed.refused.get(app) ?? [];
    return { seats, refusalsOf, all: placed };
  }

  private *act(action: Action, step: number): Steps<void> {
    const { app: id } = action;
    switch (verbOf(action)) {
      case 'Start':
        return;
      case 'Stop':
        for (const each of this.paper.context.draft.instances.by('app', id)) {
          this.paper.release(each);
        }
        return;
      case 'Scale':
      case 'Restart': {
        const scope = this.scopeOf(id);
        if (scope !== undefined) {
          this.reserve(scope, step);
          return;
        }
        const app = changeIn(this.plan, id)?.after;
        if (app === undefined) return;
        this.note({ step, app }, yield* this.played(action, app));
        yield;
      }
    }
  }

  private *played(action: Action, app: AppDefinition): Steps<Played> {
    if (isResident(app)) return yield* playResidents(this.paper, app);
    if (verbOf(action) === 'Restart' && this.serial.has(app.id)) {
      return yield* playSerial(this.paper, app);
    }
    return yield* playRolling(this.paper, app, this.plan.sentenced[app.id] ?? []);
  }

  private scopeOf(app: PathId): PlannedRollout | undefined {
    return this.plan.rollouts?.find(({ twins }) => twins.includes(app));
  }

  /** The whole new generation of a scope, before anything of it starts. */
  private reserve(rollout: PlannedRollout, step: number): void {
    const { scope, twins, back } = rollout;
    if (this.reserved.has(scope)) return;
    this.reserved.add(scope);
    // What takes one back that holds has its instances already.
    if (back === true) return;
    const apps = twins.flatMap((id) => changeIn(this.plan, id)?.after ?? []);
    const demands = apps.map((app) => ({ app, count: app.instances }));
    const { seats, refusalsOf, all } = this.seatTogether(demands);
    for (const app of apps) {
      const own = this.plan.steps.findIndex(({ actions }) => actions.some((a) => a.app === app.id));
      const placed = { seats: seats.get(app.id) ?? [], refusals: refusalsOf(app.id) };
      this.note({ step: Math.max(own, step), app }, { starts: app.instances, ...placed });
    }
    const wanted = apps.reduce((sum, { instances }) => sum + instances, 0);
    if (all.seats.length === wanted) return;
    const missing = missingText({ fit: all.seats.length, wanted, refusals: all.refusals });
    this.waiting.push({ scope, missing });
  }

  /** The old generation goes with the promotion, unless it is kept warm beyond that. */
  private retireOld(scope: PathId): void {
    const rollout = this.plan.rollouts?.find((one) => one.scope === scope);
    if (rollout === undefined || rollout.settings.blueGreen.holdSeconds > 0) return;
    const { instances } = this.paper.context.draft;
    for (const id of rollout.twins) {
      for (const each of instances.by('app', id)) this.paper.release(each);
    }
  }

  private note({ step, app }: Acting, { starts, seats, refusals, because }: Played): void {
    if (starts === 0) return;
    const fit = Math.min(seats.length, starts);
    const text = because ?? (refusals.length === 0 && this.paper.pool.size > 0 ? STUCK : undefined);
    const missing =
      text === undefined
        ? missingText({ fit, wanted: starts, refusals })
        : `${fit} of ${starts} fit; ${text}`;
    const agents = placedOn(this.paper, seats);
    this.placements.push({
      step,
      app: app.id,
      starts,
      fit,
      agents,
      ...(fit < starts && { missing }),
    });
  }
}

const STUCK = 'older instances that are in the way may not be stopped for the others';

function placedOn({ pool }: Paper, seats: readonly Seat[]): readonly PlacedOn[] {
  const counts = new Map<string, PlacedOn>();
  for (const { agentId } of seats) {
    const host = pool.agent(agentId)?.hostname ?? '';
    const instances = (counts.get(agentId)?.instances ?? 0) + 1;
    counts.set(agentId, { agentId, host, instances });
  }
  return [...counts.values()].sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
}
