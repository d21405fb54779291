import { expect } from 'chai';
import { ManualClock, SeededChance, millis, seconds, type Millis } from '@ekiden/kernel';
import { ManualTimers } from '../../../../libs/host/testing/manual-timers.js';
import { SmallWorld } from '../../testing/small-world.js';
import type { AppWire, HealthCheckWire } from '../core/app/index.js';
import type { CheckState, ProbeTarget } from '../core/health/index.js';
import type { Instance, InstanceId } from '../core/instance/index.js';
import type { StateView, WorldCommand } from '../core/turn/index.js';
import type { HealthProber, ProbeResult } from '../ports/index.js';
import { HealthScheduler } from './health-scheduler.js';

type HealthResult = Extract<WorldCommand, { readonly kind: 'healthResult' }>;
type ReadinessCheckWire = NonNullable<AppWire['readinessChecks']>[number];
type ReadinessResult = Extract<WorldCommand, { readonly kind: 'readinessResult' }>;

interface Asked {
  readonly target: ProbeTarget;
  readonly at: Millis;
  readonly answer: (result: ProbeResult) => void;
  readonly fail: (fault: Error) => void;
}

/** Answers when told to, or at once by `answers`. */
class ScriptedProber implements HealthProber {
  readonly asked: Asked[] = [];
  answers: (() => ProbeResult) | undefined;
  private readonly clock: ManualClock;

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  probe(target: ProbeTarget): Promise<ProbeResult> {
    const at = this.clock.monotonic();
    return new Promise((answer, fail) => {
      this.asked.push({ target, at, answer, fail });
      if (this.answers !== undefined) answer(this.answers());
    });
  }
}

/** Committed instances of one app, changed by hand. */
class Stage {
  readonly clock = new ManualClock();
  readonly timers = new ManualTimers(this.clock);
  readonly prober = new ScriptedProber(this.clock);
  readonly reported: HealthResult[] = [];
  readonly readiness: ReadinessResult[] = [];
  readonly logged: string[] = [];
  readonly scheduler: HealthScheduler;
  private readonly world = new SmallWorld();

  constructor(
    check: HealthCheckWire | undefined,
    options: {
      instances?: number;
      probesMax?: number;
      readiness?: ReadinessCheckWire;
      noteLateness?: (late: number) => void;
    } = {},
  ) {
    const { instances = 1, probesMax, readiness, noteLateness } = options;
    const healthy = { protocol: 'TCP', gracePeriodSeconds: 60, intervalSeconds: 10 } as const;
    this.world.create('/web', {
      cmd: './web',
      cpus: 0.1,
      instances,
      ...(check === undefined ? {} : { healthChecks: [{ ...healthy, ...check }] }),
      ...(readiness === undefined ? {} : { readinessChecks: [readiness] }),
      portDefinitions: [{ port: 0, name: 'http-api' }],
    });
    this.clock.advance(millis(this.world.clock.now() - this.clock.now()));
    this.scheduler = new HealthScheduler({
      prober: this.prober,
      clock: this.clock,
      timers: this.timers,
      chance: new SeededChance(1),
      log: ({ event }) => this.logged.push(event),
      report: (result) => {
        if (result.kind === 'healthResult') this.reported.push(result);
        if (result.kind === 'readinessResult') this.readiness.push(result);
        return true;
      },
      ...(probesMax === undefined ? {} : { probesMax }),
      ...(noteLateness === undefined ? {} : { noteLateness }),
    });
  }

  get view(): StateView {
    return this.world.view;
  }

  /** The first instance. */
  get instance(): Instance {
    const [first] = this.world.instances('/web');
    if (first === undefined) throw new Error('no instance');
    return first;
  }

  enter(): void {
    this.scheduler.enter(this.view);
  }

  /** A turn that left the first instance like this; `undefined` = it is gone. */
  turn(changes: Partial<Instance> | undefined): void {
    const { id } = this.instance;
    const row = changes && { ...this.instance, ...changes };
    if (row !== undefined) this.world.state.rows.instances.put(id, row);
    const change: readonly [InstanceId, Instance | undefined] = [id, row];
    this.scheduler.publish(this.view, [change]);
  }

  /** A turn after which the check of the first instance stands like this. */
  committed(state: CheckState): void {
    const { task } = this.instance;
    if (task !== undefined) this.turn({ task: { ...task, health: [state] } });
  }

  /** Every task has been well before. */
  allWell(): void {
    const { instances } = this.world.state.rows;
    for (const instance of [...instances.values()]) {
      const { task } = instance;
      if (task === undefined) continue;
      const health = [wellSince(this.clock.now())];
      instances.put(instance.id, { ...instance, task: { ...task, health } });
    }
  }

  /** Moves time in small steps, letting answers come in between. */
  async pass(by: Millis): Promise<void> {
    for (let left = Number(by); left > 0; left -= 50) {
      this.timers.advance(millis(Math.min(50, left)));
      await answered();
    }
  }

  /** When probes were sent, in ms since the start of the watch. */
  times(since: Millis): number[] {
    return this.prober.asked.map(({ at }) => at - since);
  }
}

const answered = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function wellSince(at: Millis): CheckState {
  return { alive: true, consecutiveFailures: 0, firstSuccess: at, lastSuccess: at };
}

describe('scheduling of health checks', () => {
  it('asks at once when a task runs, and then at growing distances up to the interval', async () => {
    const stage = new Stage({ intervalSeconds: 3 });
    stage.prober.answers = () => ({ ok: false, cause: 'refused' });
    const begun = stage.clock.monotonic();
    stage.enter();
    await stage.pass(seconds(14));
    expect(stage.times(begun)).to.deep.equal([0, 250, 750, 1750, 3750, 6750, 9750, 12750]);
    // All within the grace period: nothing worth a turn.
    expect(stage.reported).to.deep.equal([]);
  });

  it('reports the first success and no further one', async () => {
    const stage = new Stage({});
    stage.prober.answers = () => ({ ok: true });
    stage.enter();
    await stage.pass(millis(50));
    expect(stage.reported).to.deep.equal([
      {
        kind: 'healthResult',
        taskId: stage.instance.task?.id,
        check: 0,
        at: stage.reported[0]?.at,
        ok: true,
      },
    ]);
    stage.committed(wellSince(stage.clock.now()));
    await stage.pass(seconds(60));
    expect(stage.reported).to.have.length(1);
    expect(stage.prober.asked.length).to.be.within(6, 8);
  });

  it('keeps the interval, spread a little, once a task has been well', async () => {
    const stage = new Stage({ intervalSeconds: 10 });
    stage.prober.answers = () => ({ ok: true });
    stage.enter();
    await stage.pass(millis(50));
    stage.committed(wellSince(stage.clock.now()));
    await stage.pass(seconds(100));
    const times = stage.times(millis(0));
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    for (const gap of gaps) expect(gap).to.be.within(9_450, 10_550);
    expect(new Set(gaps).size).to.be.greaterThan(1);
  });

  it('reports every failure that counts, at the pace of the interval', async () => {
    const stage = new Stage({ gracePeriodSeconds: 0, intervalSeconds: 5 });
    stage.prober.answers = () => ({ ok: false, cause: 'refused' });
    stage.enter();
    await stage.pass(seconds(30));
    expect(stage.reported.map(({ ok, cause }) => `${ok} ${cause}`)).to.deep.equal(
      Array.from({ length: stage.reported.length }, () => 'false refused'),
    );
    expect(stage.reported.length).to.be.within(4, 6);
  });

  it('reports a flip', async () => {
    const stage = new Stage({ intervalSeconds: 1 });
    stage.prober.answers = () => ({ ok: true });
    stage.enter();
    await stage.pass(millis(50));
    stage.committed(wellSince(stage.clock.now()));
    stage.prober.answers = () => ({ ok: false });
    await stage.pass(seconds(1.2));
    expect(stage.reported.map(({ ok }) => ok)).to.deep.equal([true, false]);
  });

  it('tries again to report when there was no room', async () => {
    const stage = new Stage({ intervalSeconds: 1 });
    stage.prober.answers = () => ({ ok: true });
    stage.enter();
    // Nothing is committed: each success is still the first one.
    await stage.pass(seconds(3));
    expect(stage.reported.length).to.be.within(3, 4);
  });

  it('HLT-22: asks only tasks that run, of apps with checks', async () => {
    const stage = new Stage({});
    stage.enter();
    expect(stage.scheduler.size).to.equal(1);
    stage.turn({ condition: 'Staging' });
    expect(stage.scheduler.size).to.equal(0);
    await stage.pass(seconds(20));
    expect(stage.prober.asked).to.deep.equal([]);
    stage.turn({ condition: 'Running' });
    await stage.pass(millis(50));
    expect(stage.prober.asked).to.have.length(1);
    stage.turn({ kill: { since: stage.clock.now(), reason: 'scaling' } });
    expect(stage.scheduler.size).to.equal(0);
  });

  it('ignores an answer that comes after the end of its task', async () => {
    const stage = new Stage({});
    stage.enter();
    await stage.pass(millis(50));
    stage.turn(undefined);
    stage.prober.asked[0]?.answer({ ok: true });
    await answered();
    expect(stage.reported).to.deep.equal([]);
  });

  it('asks the next task of an instance anew', async () => {
    const stage = new Stage({});
    stage.enter();
    await stage.pass(millis(50));
    const { task } = stage.instance;
    if (task !== undefined) stage.turn({ task: { ...task, id: `${task.id}x` as typeof task.id } });
    stage.prober.asked[0]?.answer({ ok: true });
    await stage.pass(millis(50));
    expect(stage.prober.asked).to.have.length(2);
    expect(stage.reported).to.deep.equal([]);
  });

  it('does nothing after the term, whatever was on its way', async () => {
    const stage = new Stage({});
    stage.enter();
    await stage.pass(millis(50));
    stage.scheduler.leave();
    expect(stage.timers.pending).to.equal(0);
    stage.prober.asked[0]?.answer({ ok: true });
    await stage.pass(seconds(60));
    expect(stage.prober.asked).to.have.length(1);
    expect(stage.reported).to.deep.equal([]);
  });

  it('spreads over the interval what has been well before it took over', async () => {
    const stage = new Stage({ intervalSeconds: 10 }, { instances: 50 });
    stage.allWell();
    const begun = stage.clock.monotonic();
    stage.enter();
    await stage.pass(seconds(10));
    const times = stage.times(begun);
    expect(times).to.have.length(50);
    expect(times.filter((at) => at < 5_000).length).to.be.within(10, 40);
  });

  it('waits for the delay of a check that is not the default one', async () => {
    const command = { protocol: 'COMMAND', command: { value: 'true' } } as const;
    for (const [delaySeconds, first] of [
      [15, 0],
      [4, 4_000],
    ] as const) {
      const stage = new Stage({ ...command, delaySeconds });
      const begun = stage.clock.monotonic();
      stage.enter();
      await stage.pass(seconds(5));
      expect(stage.times(begun)[0]).to.be.within(first, first + 100);
    }
  });

  it('passes over what a check does not want to count', async () => {
    const stage = new Stage({ gracePeriodSeconds: 0, intervalSeconds: 2 });
    stage.prober.answers = () => ({ ok: false, cause: 'HTTP status 102', undecided: true });
    stage.enter();
    await stage.pass(seconds(20));
    expect(stage.reported).to.deep.equal([]);
    expect(stage.prober.asked.length).to.be.within(9, 11);
  });

  it('sends all that are due at once, and tells how late', async () => {
    const lateness: number[] = [];
    const stage = new Stage({}, { instances: 100, noteLateness: (late) => lateness.push(late) });
    stage.enter();
    await stage.pass(millis(200));
    expect(stage.prober.asked).to.have.length(100);
    expect(lateness).to.have.length(100);
    expect(Math.max(...lateness)).to.be.at.most(200);
  });

  it('has only so many probes under way', async () => {
    const stage = new Stage({}, { instances: 10, probesMax: 4 });
    stage.enter();
    await stage.pass(millis(100));
    expect(stage.prober.asked).to.have.length(4);
    for (const one of stage.prober.asked.slice(0, 2)) one.answer({ ok: true });
    await stage.pass(millis(100));
    expect(stage.prober.asked).to.have.length(6);
    expect(new Set(stage.prober.asked.map(({ target }) => target)).size).to.equal(6);
  });

  it('a prober that breaks is logged, and counts against nobody', async () => {
    const stage = new Stage({ gracePeriodSeconds: 0, intervalSeconds: 5 });
    stage.enter();
    await stage.pass(millis(50));
    stage.prober.asked[0]?.fail(new Error('no sockets'));
    await stage.pass(seconds(6));
    expect(stage.logged).to.deep.equal(['probe-failed']);
    expect(stage.reported).to.deep.equal([]);
    expect(stage.prober.asked).to.have.length(2);
  });
});

describe('a prober that reaches nothing', () => {
  it('kills nothing, and says so once', async () => {
    const stage = new Stage({ gracePeriodSeconds: 0, intervalSeconds: 5 }, { instances: 3 });
    const answers = { ok: false, cause: 'connect ENETUNREACH', notAsked: true } as const;
    stage.prober.answers = () => answers;
    stage.enter();
    await stage.pass(seconds(60));
    expect(stage.prober.asked.length).to.be.greaterThan(30);
    expect(stage.reported).to.deep.equal([]);
    expect(stage.logged).to.deep.equal(['probes-mute']);
    stage.prober.answers = () => ({ ok: true });
    await stage.pass(seconds(6));
    expect(stage.reported).to.have.length(3);
    expect(stage.logged).to.deep.equal(['probes-mute', 'probes-mute']);
  });
});

describe('scheduling of readiness checks', () => {
  const READINESS = { path: '/ready', intervalSeconds: 20, timeoutSeconds: 5 };

  function answer(status: number): ProbeResult {
    return { ok: status < 400, response: { status, contentType: '', body: '' } };
  }

  it('asks at growing distances until the task is ready, and never again', async () => {
    const stage = new Stage(undefined, { readiness: READINESS });
    stage.prober.answers = () => answer(503);
    const begun = stage.clock.monotonic();
    stage.enter();
    await stage.pass(seconds(8));
    expect(stage.times(begun)).to.deep.equal([0, 250, 750, 1750, 3750, 7750]);
    expect(stage.readiness).to.deep.equal([]);
    stage.prober.answers = () => answer(200);
    await stage.pass(seconds(10));
    expect(stage.readiness).to.have.length(1);
    const asked = stage.prober.asked.length;
    await stage.pass(seconds(120));
    expect(stage.prober.asked).to.have.length(asked);
  });

  it('leaves alone what was ready before it took over', async () => {
    const stage = new Stage(undefined, { readiness: READINESS });
    const { task } = stage.instance;
    if (task === undefined) throw new Error('no task');
    stage.turn({ task: { ...task, readiness: [{ ready: true }] } });
    stage.enter();
    await stage.pass(seconds(60));
    expect(stage.prober.asked).to.deep.equal([]);
  });

  it('asks for health and readiness side by side', async () => {
    const stage = new Stage({}, { readiness: READINESS });
    stage.prober.answers = () => answer(200);
    stage.enter();
    await stage.pass(millis(50));
    expect(stage.prober.asked.map(({ target }) => target.kind)).to.have.members(['tcp', 'http']);
    expect([stage.reported.length, stage.readiness.length]).to.deep.equal([1, 1]);
  });
});
