import {
  DeadlineQueue,
  millis,
  seconds,
  type Chance,
  type Change,
  type Clock,
  type Millis,
} from '@ekiden/kernel';
import type { Cancel, Timers } from '@ekiden/host';
import {
  APP_DEFAULTS,
  isMesosProbe,
  type AppDefinition,
  type HealthCheck,
  type ReadinessCheck,
} from '../core/app/index.js';
import {
  checkStatesOf,
  judge,
  judgeReadiness,
  probeTargetOf,
  readinessStatesOf,
  readinessTargetOf,
  UNKNOWN_CHECK,
  type ProbeTarget,
  type ReadinessAnswer,
} from '../core/health/index.js';
import type { Instance, InstanceId, InstanceTask } from '../core/instance/index.js';
import { appVersionKey, type StateView, type WorldCommand } from '../core/turn/index.js';
import type { HealthProber, Log, ProbeResult } from '../ports/index.js';

export interface HealthSchedulerOptions {
  readonly prober: HealthProber;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly chance: Chance;
  readonly log: Log;
  /** Takes a result worth a turn; false when there is no room for it. */
  readonly report: (result: WorldCommand) => boolean;
  /** Probes under way at once, and sockets with them. */
  readonly probesMax?: number;
  /** Told of every probe: how long after its time it is sent, in ms. */
  readonly noteLateness?: (late: number) => void;
}

/** Marathon's 256 (marathon-api 12.2) are used up by as many tasks that hang. */
const PROBES_MAX = 1_024;

/** Probes that are sent in one go: others want the thread, too. */
const BURST_MAX = 128;

/** Until a task has answered well it is asked at growing distances, from this one on. */
const RAMP_START = millis(250);

const INTERVAL_MIN = seconds(1);
const INTERVAL_MAX = seconds(86_400);

/** Share of the interval by which probes are spread, so that equal ones do not stay together. */
const JITTER = 0.1;

/** One timer serves all; it looks at the clock at least this often. */
const SLEEP_MAX = seconds(3_600);

/** What it looks at. */
type RunningTasks = Pick<StateView, 'instances' | 'appVersions'>;

/** A running task whose checks are asked. */
interface Watched {
  readonly app: AppDefinition;
  readonly task: InstanceTask;
  readonly startedAt: Millis;
  readonly probes: readonly Probe[];
}

/** One check of one task. */
type Probe = HealthProbe | ReadinessProbe;

interface ProbeState {
  readonly key: string;
  readonly instance: InstanceId;
  /** Position of the check in the definition. */
  readonly index: number;
  /** Answers so far that did not count; the ramp goes by them. */
  ignored: number;
  /** By the monotonic clock. */
  dueAt: Millis;
}

interface HealthProbe extends ProbeState {
  readonly kind: 'health';
  readonly check: HealthCheck;
}

/** Asked until the task is ready, and never again. */
interface ReadinessProbe extends ProbeState {
  readonly kind: 'readiness';
  readonly check: ReadinessCheck;
}

/**
 * Decides when tasks are asked for their health and readiness, and passes on what changes
 * something: a first success, a flip, a failure that counts, another answer than last time. Steady
 * successes cost no turn. Knows committed state only, and nothing beyond the term: what it needs to
 * go on is in the rows. One heap of due times and one timer serve all checks.
 */
export class HealthScheduler {
  private readonly options: HealthSchedulerOptions;
  private readonly watched = new Map<InstanceId, Watched>();
  private readonly probes = new Map<string, Probe>();
  private readonly queue = new DeadlineQueue<string>();
  private underWay = 0;
  private mute = false;
  private timer: { readonly at: Millis; readonly cancel: Cancel } | undefined;

  constructor(options: HealthSchedulerOptions) {
    this.options = options;
  }

  /** Tasks watched at the moment. */
  get size(): number {
    return this.watched.size;
  }

  /** A term begins: everything that runs is watched. */
  enter(view: RunningTasks): void {
    this.leave();
    for (const instance of view.instances.values()) this.look(view, instance.id, instance);
    this.arm();
  }

  /** After a turn: the instances it changed. */
  publish(view: RunningTasks, changes: readonly Change<InstanceId, Instance>[]): void {
    for (const [id, instance] of changes) this.look(view, id, instance);
    this.arm();
  }

  /** The term is over: nothing is asked or reported any more; answers on their way are ignored. */
  leave(): void {
    for (const id of [...this.watched.keys()]) this.forget(id);
    this.timer?.cancel();
    this.timer = undefined;
  }

  private look(view: RunningTasks, id: InstanceId, instance: Instance | undefined): void {
    const before = this.watched.get(id);
    const task = instance?.task;
    const wanted =
      task !== undefined && instance?.condition === 'Running' && instance.kill === undefined;
    if (!wanted) {
      if (before !== undefined) this.forget(id);
      return;
    }
    if (before?.task.id === task.id) {
      this.watched.set(id, { ...before, task });
      return;
    }
    if (before !== undefined) this.forget(id);
    const app = view.appVersions.get(appVersionKey(instance.appId, instance.appVersion));
    if (app === undefined) return;
    if (app.healthChecks.length === 0 && app.readinessChecks.length === 0) return;
    this.watch(id, { app, task, startedAt: task.startedAt ?? instance.since });
  }

  private watch(id: InstanceId, about: Omit<Watched, 'probes'>): void {
    const { app, task, startedAt } = about;
    const states = checkStatesOf(task.health, app);
    const probes = probesOf(id, app, task);
    if (probes.length === 0) return;
    this.watched.set(id, { ...about, probes });
    const now = this.options.clock.monotonic();
    for (const probe of probes) {
      // After a change of leader those that have been well before do not come all at once.
      const known = probe.kind === 'health' && states[probe.index]?.firstSuccess !== undefined;
      const spread = known ? intervalOf(probe.check) * this.options.chance.next() : 0;
      const begins = startedAt + delayOf(probe) - this.options.clock.now();
      this.probes.set(probe.key, probe);
      this.put(probe, millis(now + Math.max(spread, begins)));
    }
  }

  private forget(id: InstanceId): void {
    for (const { key } of this.watched.get(id)?.probes ?? []) {
      this.probes.delete(key);
      this.queue.delete(key);
    }
    this.watched.delete(id);
  }

  private arm(): void {
    const { clock, timers, probesMax = PROBES_MAX } = this.options;
    // Without a free place the end of a probe goes on with this.
    const next = this.underWay < probesMax ? this.queue.next() : undefined;
    if (next === this.timer?.at) return;
    this.timer?.cancel();
    this.timer = undefined;
    if (next === undefined) return;
    const delay = Math.min(Math.max(0, next - clock.monotonic()), SLEEP_MAX);
    const cancel = timers.after(millis(delay), () => {
      this.timer = undefined;
      this.askDue();
    });
    this.timer = { at: next, cancel };
  }

  private askDue(): void {
    const { clock, noteLateness, probesMax = PROBES_MAX } = this.options;
    const now = clock.monotonic();
    for (const key of this.queue.due(now, Math.min(BURST_MAX, probesMax - this.underWay))) {
      const probe = this.probes.get(key);
      if (probe === undefined) continue;
      noteLateness?.(now - probe.dueAt);
      void this.ask(probe);
    }
    this.arm();
  }

  private async ask(probe: Probe): Promise<void> {
    const { clock, prober, log } = this.options;
    const watched = this.watched.get(probe.instance);
    const target = watched && targetOf(probe, watched);
    const askedAt = clock.monotonic();
    if (target === undefined) {
      this.again(probe, askedAt, intervalOf(probe.check));
      return;
    }
    this.underWay += 1;
    let result: ProbeResult | undefined;
    try {
      result = await prober.probe(target);
    } catch (fault) {
      // Not the task's fault: it is asked again.
      const message = fault instanceof Error ? fault.message : String(fault);
      log({ level: 'error', event: 'probe-failed', message, facts: { probe: probe.key } });
    } finally {
      this.underWay -= 1;
    }
    this.noteWhetherAsked(result);
    if (this.probes.get(probe.key) === probe) {
      const delay =
        result === undefined || result.notAsked === true || result.undecided === true
          ? intervalOf(probe.check)
          : this.take(probe, result);
      if (delay !== undefined) this.again(probe, askedAt, delay);
    }
    this.arm();
  }

  /** Said once when it begins, and once when it is over: there may be thousands of checks. */
  private noteWhetherAsked(result: ProbeResult | undefined): void {
    if (result === undefined) return;
    const { log } = this.options;
    const mute = result.notAsked === true;
    if (mute === this.mute) return;
    this.mute = mute;
    const message = mute
      ? `checks cannot be sent (${result.cause ?? 'no reason'}); nothing is judged by them meanwhile`
      : 'checks can be sent again';
    log({ level: mute ? 'error' : 'info', event: 'probes-mute', message });
  }

  /**
   * Passes a result on if it changes something; how long after this probe the next one is due,
   * `undefined` = never.
   */
  private take(probe: Probe, result: ProbeResult): number | undefined {
    const watched = this.watched.get(probe.instance);
    if (watched === undefined) return intervalOf(probe.check);
    return probe.kind === 'health'
      ? this.takeHealth(probe, watched, result)
      : this.takeReadiness(probe, watched, result);
  }

  private takeReadiness(
    probe: ReadinessProbe,
    { task, app }: Watched,
    { response, cause }: ProbeResult,
  ): number | undefined {
    const { index: check } = probe;
    const answer: ReadinessAnswer = { response, ...(cause === undefined ? {} : { cause }) };
    const before = readinessStatesOf(task.readiness, app)[check];
    const after = before && judgeReadiness(before, probe.check, answer);
    const told =
      after === undefined ||
      this.options.report({ kind: 'readinessResult', taskId: task.id, check, ...answer });
    // Without room for the good news it is asked again.
    return after?.ready === true && told ? undefined : this.nextRamp(probe);
  }

  private takeHealth(
    probe: HealthProbe,
    { task, startedAt }: Watched,
    { ok, cause }: ProbeResult,
  ): number {
    const { clock, report } = this.options;
    const at = clock.now();
    const seen = { at, ok, startedAt, ...(cause === undefined ? {} : { cause }) };
    const verdict = judge(task.health?.[probe.index] ?? UNKNOWN_CHECK, probe.check, seen);
    if (verdict.kind === 'none' && !ok) return this.nextRamp(probe);
    if (verdict.kind !== 'none') {
      const { startedAt: _known, ...told } = seen;
      report({ kind: 'healthResult', taskId: task.id, check: probe.index, ...told });
    }
    return intervalOf(probe.check) * (1 + JITTER * (this.options.chance.next() - 0.5));
  }

  /** Failures that count come at the interval's pace only: they kill. */
  private nextRamp(probe: Probe): number {
    const delay = RAMP_START * 2 ** Math.min(probe.ignored, 20);
    probe.ignored += 1;
    return Math.min(delay, intervalOf(probe.check));
  }

  private again(probe: Probe, askedAt: Millis, delay: number): void {
    const now = this.options.clock.monotonic();
    this.put(probe, millis(Math.max(now, askedAt + delay)));
    this.arm();
  }

  private put(probe: Probe, dueAt: Millis): void {
    probe.dueAt = dueAt;
    this.queue.set(probe.key, dueAt);
  }
}

/** The health checks of a task, and the readiness checks it has not passed yet. */
function probesOf(instance: InstanceId, app: AppDefinition, task: InstanceTask): readonly Probe[] {
  const ready = readinessStatesOf(task.readiness, app);
  return [
    ...app.healthChecks.map((check, index): Probe => {
      return { kind: 'health', key: `${task.id}#${index}`, instance, index, check, ...NEW_PROBE };
    }),
    ...app.readinessChecks.flatMap((check, index): readonly Probe[] => {
      if (ready[index]?.ready === true) return [];
      const key = `${task.id}#ready${index}`;
      return [{ kind: 'readiness', key, instance, index, check, ...NEW_PROBE }];
    }),
  ];
}

const NEW_PROBE = { ignored: 0, dueAt: millis(0) };

/**
 * How long after the start of its task a check begins. Executors of Mesos waited; that everybody
 * waits for the default of 15 s nobody means.
 */
function delayOf(probe: Probe): Millis {
  if (probe.kind === 'readiness') return millis(0);
  const { check } = probe;
  const near = isMesosProbe(check) || check.protocol === 'COMMAND';
  const meant = near && check.delaySeconds !== APP_DEFAULTS.healthCheck.delaySeconds;
  return meant ? seconds(check.delaySeconds) : millis(0);
}

function targetOf(probe: Probe, { app, task }: Watched): ProbeTarget | undefined {
  return probe.kind === 'health'
    ? probeTargetOf(probe.check, app, task)
    : readinessTargetOf(probe.check, app, task);
}

function intervalOf({ intervalSeconds }: HealthCheck | ReadinessCheck): Millis {
  return millis(Math.min(Math.max(INTERVAL_MIN, seconds(intervalSeconds)), INTERVAL_MAX));
}
