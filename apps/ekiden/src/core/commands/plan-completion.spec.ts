import { millis, runSteps, type Millis } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import { isBelow, type AppWire, type PathId } from '../app/index.js';
import {
  gateOf,
  goesWhenAsked,
  lintPlan,
  stepChanging,
  type Deployment,
  type DeploymentPlan,
  type Gate,
  type PlannedEdges,
} from '../deployment/index.js';
import {
  AUTOMATIC,
  BLUE_GREEN,
  SERIAL,
  app,
  changed,
  planned,
  type Apps,
  type Groups,
} from './sample-plan.js';

/**
 * A deployment where whatever has its turn is up at once, and whatever comes to be promoted is. The
 * gate is the real one: it says who has a turn, and when it has to be asked again.
 */
class Play {
  private now = millis(0);
  private deployment: Deployment;
  private readonly up = new Set<PathId>();
  private readonly to: Apps;
  /** Who had its turn too early, and before what. */
  readonly early: string[] = [];

  constructor(plan: DeploymentPlan, to: Apps) {
    this.to = to;
    this.deployment = {
      id: plan.id,
      plan,
      status: 'running',
      step: 0,
      announced: true,
      startedAt: this.now,
      progressAt: this.now,
    };
  }

  /** Step that it does not get beyond; `undefined`: it succeeds, or fails as a rule wants it to. */
  stuckAt(): number | undefined {
    const { plan } = this.deployment;
    while (this.deployment.step < plan.steps.length) {
      const gates = new Map(plan.changes.map(({ id }) => [id, this.gate(id)]));
      const lists = [...gates.values()];
      if (lists.some(({ kind }) => kind === 'failed')) return undefined;
      if (this.letGo(gates) || this.passStep()) continue;
      const next = nextEnd(lists, this.now);
      if (next === undefined) return this.deployment.step;
      this.now = next;
    }
    return undefined;
  }

  private gate(id: PathId): Gate {
    return gateOf(this.deployment, id, {
      now: this.now,
      isMet: ({ on }) => this.up.has(on),
      isSuspended: (on) => this.isSuspended(on),
    });
  }

  /** Whether anything has come up by that. */
  private letGo(gates: ReadonlyMap<PathId, Gate>): boolean {
    let moved = false;
    for (const [id, { kind }] of gates) {
      const { plan, step, ahead } = this.deployment;
      const own = stepChanging(plan, id);
      if (kind !== 'open' || this.up.has(id) || own === undefined) continue;
      const isAhead = goesWhenAsked(this.deployment, id);
      if (isAhead) {
        this.deployment = { ...this.deployment, ahead: { ...ahead, [id]: this.now } };
      }
      if (!isAhead && own > step) continue;
      for (const on of this.missingFor(id)) this.early.push(`${id} before ${on}`);
      this.up.add(id);
      moved = true;
    }
    return moved;
  }

  private isSuspended(id: PathId): boolean {
    return this.to[id]?.instances === 0;
  }

  /** What an app depends on by documents, in whatever way, and is to come up and has not. */
  private missingFor(id: PathId): readonly PathId[] {
    const { plan, step } = this.deployment;
    const scopeOf = (of: PathId) => plan.rollouts?.find(({ twins }) => twins.includes(of));
    const cone = new Set<PathId>([id]);
    for (const at of cone) {
      // Who is in a circle comes before some of it.
      if (plan.edges?.[at]?.some(({ inCircle }) => inCircle === true) === true) return [];
      const { dependencies = [], dependencyRules } = this.to[at] ?? {};
      for (const on of dependencies as readonly PathId[]) {
        const isPatient = dependencyRules?.[on]?.onFailure !== 'continue';
        if (isPatient && !this.isSuspended(on)) cone.add(on);
      }
    }
    cone.delete(id);
    return [...cone].filter((on) => {
      if (this.to[on] === undefined || stepChanging(plan, on) === undefined) return false;
      const scope = scopeOf(on);
      if (scope === undefined || scope === scopeOf(id)) return !this.up.has(on);
      return plan.steps.findIndex(({ promotes }) => promotes === scope.scope) >= step;
    });
  }

  private passStep(): boolean {
    const { plan, step } = this.deployment;
    const isDone = plan.steps[step]?.actions.every(
      (action) => stepChanging(plan, action.app) !== step || this.up.has(action.app),
    );
    if (isDone === true) {
      this.deployment = { ...this.deployment, step: step + 1, stepSince: this.now };
    }
    return isDone === true;
  }
}

function nextEnd(gates: readonly Gate[], now: Millis): Millis | undefined {
  const ends = gates.flatMap((gate) =>
    gate.kind === 'held' ? gate.waits.flatMap(({ until }) => until ?? []) : [],
  );
  const later = ends.filter((end) => end > now);
  return later.length === 0 ? undefined : millis(Math.min(...later));
}

describe('A plan with two generations, whatever depends on what and whoever has which rollout,', () => {
  it('is sound', () => {
    fc.assert(
      fc.property(anyStory(), ({ from, to, groups }) => {
        const result = planned(from, to, groups);
        if (!result.ok) return;
        const { plan } = result.value;
        expect(runSteps(lintPlan(plan))).to.deep.equal([]);
        for (const { scope, twins } of plan.rollouts ?? []) {
          for (const id of twins) expect(id === scope || isBelow(id, scope)).to.equal(true);
          const apart = twins.filter((id) => !isChangedIn(plan, id));
          expect(apart).to.deep.equal([]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('comes to its end, dependencies first, where all comes up that is started', () => {
    fc.assert(
      fc.property(anyStory(), ({ from, to, groups }) => {
        const result = planned(from, to, groups);
        if (!result.ok) return;
        const play = new Play(result.value.plan, to);
        expect([play.stuckAt(), play.early]).to.deep.equal([undefined, []]);
      }),
      { numRuns: 1500 },
    );
  });
});

const CIRCLE = ['/shop/a', '/desk/m', '/shop/z'] as const;

/** In place between two twins, which waits for a suspended one as well. */
function circle(change: (wire: AppWire) => AppWire): Apps {
  return {
    '/idle': app({ instances: 0 }),
    '/shop/a': change(app()),
    '/desk/m': change(app({}, '/shop/a', '/idle')),
    '/shop/z': change(app({}, '/desk/m')),
  };
}

/** The queue worker never runs twice, and the other group waits for it. */
function circleByWorker(change: (wire: AppWire) => AppWire): Apps {
  return {
    '/idle': app({ instances: 0 }),
    '/shop/worker': change(app({ rollout: { twin: false } })),
    '/desk/m': change(app({}, '/shop/worker', '/idle')),
    '/shop/z': change(app({}, '/desk/m')),
  };
}

function planOf(story: typeof circle): DeploymentPlan {
  const groups = { '/shop': { rollout: AUTOMATIC } };
  const result = planned(
    story((wire) => wire),
    story(changed),
    groups,
  );
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.plan;
}

describe('A plan in which a promotion waits for who waits for it', () => {
  it('does not wait for the promotion of a twin that needs it', () => {
    const plan = planOf(circle);
    expect(plan.edges?.['/desk/m' as PathId]).to.deep.equal([
      { on: '/shop/a', inCircle: true },
      { on: '/idle', suspended: true },
    ]);
    expect(new Play(plan, circle(changed)).stuckAt()).to.equal(undefined);
  });

  it('does not wait for what is replaced after a promotion that needs it', () => {
    const plan = planOf(circleByWorker);
    expect(plan.edges?.['/desk/m' as PathId]).to.deep.equal([
      { on: '/shop/worker', inCircle: true },
      { on: '/idle', suspended: true },
    ]);
    expect(new Play(plan, circleByWorker(changed)).stuckAt()).to.equal(undefined);
  });

  it('keeps who is in the circle to the order of the steps', () => {
    const plan = planOf(circle);
    const [a, m, z] = CIRCLE.map((id) => stepChanging(plan, id as PathId));
    expect([a, m, z]).to.deep.equal([0, 1, 2]);
    const gate = gateOf(
      { id: plan.id, plan, status: 'running', step: 0, announced: true, ...TIMES },
      '/desk/m' as PathId,
      { now: millis(3_600_000), isMet: () => false, isSuspended: () => true },
    );
    expect(gate).to.deep.equal({ kind: 'held', waits: [] });
  });

  it('is found by the linter where the edge is to be waited for', () => {
    for (const [story, on] of [
      [circle, '/shop/a'],
      [circleByWorker, '/shop/worker'],
    ] as const) {
      expect(runSteps(lintPlan(withoutMarks(planOf(story))))).to.deep.equal([
        { rule: 'waits-in-a-circle', subject: `/desk/m -> ${on}` },
      ]);
    }
  });

  it('is in order also where it has more edges than it keeps', () => {
    const many = (prefix: string, wire: AppWire): Apps =>
      Object.fromEntries(Array.from({ length: 230 }, (_, at) => [`${prefix}${at}`, wire]));
    const apps = (change: (wire: AppWire) => AppWire): Apps => ({
      ...many('/shop/a', change(app())),
      ...many('/desk/m', change(app({}, '/shop'))),
    });
    const result = planned(
      apps((wire) => wire),
      apps(changed),
      { '/shop': { rollout: AUTOMATIC } },
    );
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    const { plan } = result.value;
    expect(plan.edges).to.equal(undefined);
    expect(plan.steps.map(({ actions, promotes }) => [actions[0]?.app, promotes])).to.deep.equal([
      ['/shop/a0', undefined],
      ['/shop/a0', '/shop'],
      ['/desk/m0', undefined],
    ]);
    expect(new Play(plan, apps(changed)).stuckAt()).to.equal(undefined);
  });

  it('goes by its steps where an older version has begun it', () => {
    for (const story of [circle, circleByWorker]) {
      const play = new Play(withoutMarks(planOf(story)), story(changed));
      expect(play.stuckAt()).to.equal(undefined);
    }
  });
});

const TIMES = { startedAt: millis(0), progressAt: millis(0) };

function withoutMarks(plan: DeploymentPlan): DeploymentPlan {
  const edges = Object.entries(plan.edges ?? {}).map(([id, list]) => [
    id,
    list.map(({ inCircle: _mark, ...edge }) => edge),
  ]);
  return { ...plan, edges: Object.fromEntries(edges) as PlannedEdges };
}

function isChangedIn(plan: DeploymentPlan, id: PathId): boolean {
  return plan.changes.some((change) => change.id === id && change.after !== undefined);
}

const IDS = ['/a/x/1', '/a/x/2', '/a/3', '/a/4', '/b/5', '/b/6', '/7', '/8'];

function idAt(order: readonly string[], at: number): string {
  return order[at] ?? '/none';
}

function anyNode() {
  const rollout = fc.constantFrom(undefined, undefined, BLUE_GREEN, AUTOMATIC, SERIAL, {
    twin: false,
  });
  const rule = fc.constantFrom(
    undefined,
    undefined,
    { onFailure: 'wait' } as const,
    { onFailure: 'continue', deadlineSeconds: 5 } as const,
    { onFailure: 'fail', deadlineSeconds: 5 } as const,
  );
  const mostly = fc.constantFrom(true, true, true, false);
  return fc.record({
    rollout,
    rule,
    /** Only on earlier ones: there are no cycles. */
    uses: fc.array(fc.nat({ max: IDS.length - 1 }), { maxLength: 3 }),
    was: mostly,
    is: mostly,
    differs: fc.boolean(),
    scaled: fc.boolean(),
    /** Says something else about rollouts, which restarts nothing. */
    told: fc.constantFrom(false, false, true),
    instances: fc.constantFrom(1, 1, 0, 2),
  });
}

/** Two trees. Groups may depend on others, which may come to cycles: those are refused. */
function anyStory(): fc.Arbitrary<{ from: Apps; to: Apps; groups: Groups }> {
  const node = anyNode();
  const ofGroup = fc.record({
    rollout: fc.constantFrom(undefined, BLUE_GREEN, BLUE_GREEN, AUTOMATIC, SERIAL),
    dependencies: fc.constantFrom([], [], [], ['/a/x'], ['/b'], ['/7']),
  });
  return fc
    .record({
      order: fc.shuffledSubarray(IDS, { minLength: IDS.length }),
      nodes: fc.array(node, { minLength: IDS.length, maxLength: IDS.length }),
      groups: fc.record({ '/a': ofGroup, '/a/x': ofGroup, '/b': ofGroup }),
    })
    .map(({ order, nodes, groups }) => {
      const entries = nodes.map((one, at): [string, AppWire, AppWire, typeof one] => {
        const { rollout, rule } = one;
        const uses = one.uses.filter((index) => index < at).map((index) => idAt(order, index));
        const rules = rule && { dependencyRules: Object.fromEntries(uses.map((id) => [id, rule])) };
        const next = app({ rollout, ...rules, instances: one.instances }, ...uses);
        const told = one.told ? { ...next, rollout: null } : next;
        const wire = one.scaled ? { ...told, instances: 1 } : told;
        return [idAt(order, at), wire, one.differs ? changed(next) : next, one];
      });
      return {
        from: Object.fromEntries(
          entries.flatMap(([id, wire, , { was }]) => (was ? [[id, wire]] : [])),
        ),
        to: Object.fromEntries(entries.flatMap(([id, , next, { is }]) => (is ? [[id, next]] : []))),
        groups: Object.fromEntries(
          Object.entries(groups).map(([id, { rollout, dependencies }]) => [
            id,
            { dependencies, ...(rollout && { rollout }) },
          ]),
        ),
      };
    });
}
