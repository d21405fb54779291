import { eachInSteps, type Millis, type Steps } from '@ekiden/kernel';
import {
  hasTwoGenerations,
  isBelow,
  isResident,
  perGroup,
  stampVersion,
  twinObstacle,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import {
  effectiveRollout,
  rolloutAround,
  rolloutSource,
  walkApps,
  type DependencyGraph,
  type EffectiveRollout,
  type StrategyChoice,
  type Tree,
} from '../group/index.js';
import { replaces, type AppChange } from './plan.js';
import type { InPlaceRollout, PlannedRollout } from './rollout-progress.js';

export interface RolloutInput {
  readonly target: Tree;
  /** Of the target. */
  readonly graph: DependencyGraph;
  readonly changes: readonly AppChange[];
  readonly choice?: StrategyChoice;
  /** Of the plan: what is twinned without having changed gets it. */
  readonly version: Millis;
  /** Whether some of what a change leads to is live already; absent = nothing is. */
  readonly isLive?: (change: AppChange) => boolean;
}

/** A changed app that its rollout wants twice, and why that cannot be. */
export interface TwinRefusal {
  readonly id: PathId;
  readonly scope: PathId;
  readonly strategy: 'blueGreen' | 'canary';
  /** End of a sentence that begins with the app. */
  readonly reason: string;
}

export interface RolloutPlan {
  readonly rollouts: readonly PlannedRollout[];
  readonly inPlace: readonly InPlaceRollout[];
  /** Those given, and those of dependants that are twinned with them. */
  readonly changes: readonly AppChange[];
  readonly refusals: readonly TwinRefusal[];
}

/**
 * Which changed apps get a second generation, together with which others (rollouts.md, Blue/green):
 * per scope the changed apps that it governs and those that depend on them inside it. A dependant
 * that has not changed gets a new configuration that is equal to its present one, so that it has a
 * generation of its own. Apps that are new or that depend on no twin are not twinned.
 */
export function* planRollouts(input: RolloutInput): Steps<RolloutPlan> {
  const planning = new Planning(input);
  yield* eachInSteps(input.changes, (change) => planning.take(change));
  return yield* planning.finish();
}

interface Scope {
  readonly rollout: EffectiveRollout;
  readonly twins: Set<PathId>;
  readonly replaced: Set<PathId>;
}

class Planning {
  private readonly input: RolloutInput;
  private readonly source: ReturnType<typeof rolloutSource>;
  /** By id; made when something is twinned. */
  private changesById: Map<PathId, AppChange> | undefined;
  private readonly scopes = new Map<PathId, Scope>();
  private readonly inPlace = new Map<PathId, EffectiveRollout & { readonly apps: PathId[] }>();
  private readonly refusals: TwinRefusal[] = [];
  /** Changed apps that are not to run twice, by the scope around them. */
  private readonly single: (readonly [PathId, EffectiveRollout])[] = [];
  /** New apps whose rollout has two generations. */
  private readonly fresh: (readonly [PathId, EffectiveRollout])[] = [];

  /** What governs those that say nothing themselves. */
  private readonly around: (id: PathId) => EffectiveRollout | undefined;

  constructor(input: RolloutInput) {
    this.input = input;
    this.source = rolloutSource(input.target);
    this.around = perGroup((_group, id) => rolloutAround(this.source, id, input.choice));
  }

  take(change: AppChange): void {
    const { id, before, after } = change;
    const isNew = before === undefined && after !== undefined;
    if (after === undefined || !(isNew || replaces(change))) return;
    const governing = this.governingOf(after);
    if (governing === undefined) return;
    const { strategy, twin } = governing.settings;
    if (!hasTwoGenerations(strategy) || this.isUnderWay(change) || heldData(change)) {
      this.keep(id, governing);
      if (!twin && !isNew) this.noteSingle(id);
    } else if (isNew) {
      this.fresh.push([id, governing]);
    } else {
      this.twin(after, governing, strategy);
    }
  }

  *finish(): Steps<RolloutPlan> {
    for (const scope of this.scopes.values()) yield* this.addDependants(scope);
    for (const [id, { scope }] of this.single) this.scopes.get(scope)?.replaced.add(id);
    for (const [id, governing] of this.fresh) {
      if (this.scopes.get(governing.scope)?.twins.has(id) !== true) this.keep(id, governing);
    }
    return {
      rollouts: sorted([...this.scopes.values()].map(plannedOf)),
      inPlace: sorted(this.keptInPlace()),
      changes: this.changesById === undefined ? this.input.changes : [...this.changesById.values()],
      refusals: this.refusals,
    };
  }

  private governingOf({ id, rollout }: AppDefinition): EffectiveRollout | undefined {
    const { choice } = this.input;
    if (rollout === undefined && choice?.at.has(id) !== true) return this.around(id);
    return effectiveRollout(this.source, id, choice);
  }

  private get changes(): Map<PathId, AppChange> {
    this.changesById ??= new Map(this.input.changes.map((change) => [change.id, change]));
    return this.changesById;
  }

  /**
   * Some of what it leads to is live, so that it cannot come up beside that: a plan that was
   * superseded, or ended where it stood, has begun to replace it in place. It goes on that way.
   */
  private isUnderWay(change: AppChange): boolean {
    const { before, after, mixed } = change;
    if (this.input.isLive?.(change) === true) return true;
    const isSame = before?.versionInfo.lastConfigChangeAt === after?.versionInfo.lastConfigChangeAt;
    return mixed === true && isSame;
  }

  private twin(
    app: AppDefinition,
    governing: EffectiveRollout,
    strategy: TwinRefusal['strategy'],
  ): void {
    const { id } = app;
    const { scope, settings } = governing;
    const reason = settings.twin ? twinObstacle(app) : 'is not to run twice (`twin: false`)';
    if (reason !== undefined) {
      this.refusals.push({ id, scope, strategy, reason });
      return;
    }
    const known = this.scopes.get(scope);
    if (known !== undefined) known.twins.add(id);
    else this.scopes.set(scope, { rollout: governing, twins: new Set([id]), replaced: new Set() });
  }

  /** What another one takes along runs twice with it, whatever it goes by when it is by itself. */
  private keptInPlace(): InPlaceRollout[] {
    const twins = new Set([...this.scopes.values()].flatMap((scope) => [...scope.twins]));
    return [...this.inPlace.values()].flatMap(({ apps, ...rest }) => {
      const kept = apps.filter((id) => !twins.has(id)).sort();
      return kept.length === 0 ? [] : [{ ...rest, apps: kept }];
    });
  }

  private keep(id: PathId, { scope, settings }: EffectiveRollout): void {
    const known = this.inPlace.get(scope);
    if (known === undefined) this.inPlace.set(scope, { scope, settings, apps: [id] });
    else known.apps.push(id);
  }

  private noteSingle(id: PathId): void {
    const around = rolloutAround(this.source, id, this.input.choice);
    if (around !== undefined && hasTwoGenerations(around.settings.strategy)) {
      this.single.push([id, around]);
    }
  }

  /** In order of levels, so that each is looked at after all that it depends on. */
  private *addDependants({ rollout, twins }: Scope): Steps<void> {
    const { target, graph, choice } = this.input;
    const candidates: AppDefinition[] = [];
    yield* eachInSteps(walkApps(target, rollout.scope), (app) => {
      if (twins.has(app.id) || app.instances === 0 || twinObstacle(app) !== undefined) return;
      const governing = effectiveRollout(this.source, app.id, choice);
      if (governing?.scope !== rollout.scope) return;
      const known = this.changesById?.get(app.id);
      if (known === undefined || !heldData(known)) candidates.push(app);
    });
    candidates.sort((a, b) => graph.levelOf(a.id) - graph.levelOf(b.id));
    yield* eachInSteps(candidates, (app) => {
      if (!graph.dependenciesOf(app.id).some((id) => twins.has(id))) return;
      twins.add(app.id);
      this.changes.set(app.id, this.twinned(app));
    });
  }

  private twinned(app: AppDefinition): AppChange {
    const known = this.changes.get(app.id);
    const isOwn = known?.after !== undefined && !this.isUnderWay(known);
    if (isOwn && (known.before === undefined || replaces(known))) return known;
    const before = known?.before ?? app;
    return {
      ...known,
      id: app.id,
      before,
      after: stampVersion(before, known?.after ?? app, this.input.version, { restart: true }),
    };
  }
}

/**
 * It was removed and made anew, without data, while what it was is still being stopped: that stays
 * with its data, and cannot be kept beside anything.
 */
function heldData({ before, after }: AppChange): boolean {
  if (before === undefined || after === undefined) return false;
  return isResident(before) && !isResident(after);
}

function plannedOf({ rollout, twins, replaced }: Scope): PlannedRollout {
  const { scope, settings } = rollout;
  return { scope, settings, twins: [...twins].sort(), replaced: [...replaced].sort() };
}

function sorted<T extends { readonly scope: PathId }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

/** Whether something lies in what a rollout promotes, or would. */
export function isInScope(id: PathId, { scope }: Pick<PlannedRollout, 'scope'>): boolean {
  return id === scope || isBelow(id, scope);
}
