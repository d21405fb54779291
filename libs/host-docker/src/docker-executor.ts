import { err, Lanes, millis, ok, type Clock, type Millis } from '@ekiden/kernel';
import type { Result, TaskId } from '@ekiden/kernel';
import type { Fetcher } from '@ekiden/fetcher';
import type {
  AdoptedTask,
  Executor,
  HostFailure,
  HostReach,
  TaskExit,
  TaskSpec,
  TaskStarted,
} from '@ekiden/host';
import type { ContainerInspectInfo } from 'dockerode';
import { clusterLabel, isKilledName, ownerOf } from './container-labels.js';
import { ContainerMaker, unreachable } from './container-maker.js';
import { ContainerStopper } from './container-stopper.js';
import { describeExit, REMOVED } from './describe-exit.js';
import { execInContainer, type ExecOutcome } from './exec-in-container.js';
import type { Engine, ListedContainer } from './engine.js';
import { EngineWatch, WATCH_TEMPO, type WatchTempo } from './engine-watch.js';
import {
  adoptedTask,
  commandOf,
  conclude,
  holdContainer,
  taskIdOf,
  type HeldContainer,
} from './held-container.js';
import { Images } from './images.js';
import { failureOfStart } from './launch-failures.js';
import type { TaskOutput } from './log-frames.js';
import { SavedLogs } from './saved-logs.js';
import { StartGate } from './start-gate.js';

export interface DockerExecutorOptions {
  readonly engine: Engine;
  /** Whose containers these are; those of other clusters on the same engine are not ours to see. */
  readonly cluster: string;
  readonly clock: Clock;
  readonly fetcher: Fetcher;
  /** Where the last output of removed containers is kept. */
  readonly logDir: string;
  /** Processors of the engine's machine, for how many starts to begin with. */
  readonly engineCpus: number;
  /** Folder of Docker's `config.json` with registry credentials; absent = the service's own. */
  readonly dockerConfig?: string;
  readonly tempo?: Partial<WatchTempo>;
}

/** Tasks remembered after they were forgotten, so that none runs twice. */
const FORGOTTEN_MAX = 10_000;
/** Containers looked at in one go. */
const LOOKS_AT_ONCE = 8;

/**
 * Containers of one Docker engine. All there is to know of them is on the engine, in labels and
 * names, so that any later executor of the same cluster goes on from there (README).
 */
export class DockerExecutor implements Executor {
  readonly kind = 'docker';
  private readonly options: DockerExecutorOptions;
  private readonly engine: Engine;
  private readonly label: string;
  private readonly engineWatch: EngineWatch;
  private readonly maker: ContainerMaker;
  private readonly stopper: ContainerStopper;
  private readonly starts: StartGate;
  private readonly savedLogs: SavedLogs;
  private readonly lanes = new Lanes<TaskId>();
  private readonly tasks = new Map<TaskId, HeldContainer>();
  private readonly byContainer = new Map<string, HeldContainer>();
  private readonly preparing = new Map<TaskId, AbortController>();
  private readonly forgotten = new Set<TaskId>();
  private closed = false;

  constructor(options: DockerExecutorOptions) {
    const { engine, clock, cluster, fetcher, engineCpus, dockerConfig } = options;
    this.options = options;
    this.engine = engine;
    this.label = clusterLabel(cluster);
    const most = Math.max(4, engineCpus * 4);
    const bounds = { min: 1, initial: Math.min(most, Math.max(2, engineCpus)), max: most };
    this.starts = new StartGate(clock, bounds);
    const creates = new StartGate(clock, bounds);
    const images = new Images(engine);
    this.maker = new ContainerMaker({ engine, cluster, images, creates, fetcher, dockerConfig });
    this.engineWatch = new EngineWatch({
      engine,
      label: this.label,
      clock,
      tempo: { ...WATCH_TEMPO, ...options.tempo },
      hint: (containerId) => void this.hinted(containerId),
      lookAtAll: (afterAbsence) => this.lookAtAll(afterAbsence),
    });
    const suspect = (): void => this.engineWatch.suspect();
    const look = (held: HeldContainer): Promise<void> => this.look(held);
    this.stopper = new ContainerStopper({ engine, clock, look, suspect });
    this.savedLogs = new SavedLogs(options.logDir, clock);
    this.engineWatch.begin();
  }

  watch(listener: (reach: HostReach) => void): void {
    this.engineWatch.listen(listener);
  }

  prepare(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    return this.inLane(spec.taskId, async () => {
      if (this.tasks.has(spec.taskId)) return ok(undefined);
      if (this.forgotten.has(spec.taskId)) {
        const message = `Task ${spec.taskId} has run on this host before`;
        return err({ kind: 'alreadyRan', message });
      }
      const giveUp = new AbortController();
      this.preparing.set(spec.taskId, giveUp);
      try {
        const made = await this.maker.make(spec, giveUp.signal);
        if (!made.ok) return this.noticed(made);
        const { taskId, epoch, killGracePeriod } = spec;
        this.hold(holdContainer({ taskId, epoch, killGracePeriod }, made.value, spec));
        return ok(undefined);
      } finally {
        this.preparing.delete(spec.taskId);
      }
    });
  }

  start(taskId: TaskId): Promise<Result<TaskStarted, HostFailure>> {
    return this.inLane(taskId, async () => {
      const held = this.tasks.get(taskId);
      if (held === undefined) return err(unknownTask(taskId));
      if (held.started !== undefined) return held.started;
      if (held.phase === 'ended') {
        return err({ kind: 'cancelled', message: 'The task was shut down before its start' });
      }
      const started = await this.launch(held);
      if (started.ok || started.error.kind !== 'closed') held.started = started;
      if (!started.ok && started.error.kind !== 'closed') {
        conclude(held, { exitCode: null, message: started.error.message });
      }
      return started;
    });
  }

  async wait(taskId: TaskId): Promise<Result<TaskExit, HostFailure>> {
    const held = this.tasks.get(taskId);
    if (held === undefined) return err(unknownTask(taskId));
    if (held.exit === undefined && !this.closed) await held.over;
    return held.exit === undefined ? err(CLOSED) : ok(held.exit);
  }

  async shutdown(taskId: TaskId, grace: Millis): Promise<Result<void, HostFailure>> {
    this.preparing.get(taskId)?.abort();
    const found = await this.inLane(taskId, async () => {
      const held = this.tasks.get(taskId);
      if (held?.phase !== 'prepared') return ok(held);
      const removed = await this.removeContainer(held);
      if (!removed.ok) return removed;
      conclude(held, { exitCode: null, message: 'The task was shut down before its start' });
      return ok(held);
    });
    if (!found.ok) return found;
    if (found.value?.phase !== 'running') return ok(undefined);
    return this.stopper.stop(found.value, grace);
  }

  remove(taskId: TaskId): Promise<Result<void, HostFailure>> {
    return this.inLane(taskId, async () => {
      const held = this.tasks.get(taskId);
      if (held === undefined) return ok(undefined);
      if (held.phase === 'running') {
        return err({ kind: 'stillRunning', message: `Task ${taskId} still runs` });
      }
      if (held.startedAt !== undefined) await this.saveLogs(held);
      const removed = await this.removeContainer(held);
      if (!removed.ok) return removed;
      this.forget(held);
      return ok(undefined);
    });
  }

  async adopt(): Promise<Result<readonly AdoptedTask[], HostFailure>> {
    if (this.closed) return err(CLOSED);
    const listed = await this.engine.list(this.label);
    if (!listed.ok) return this.noticed(err(unreachable(this.engine, listed.error)));
    const unknown = listed.value.filter(({ id }) => !this.byContainer.has(id));
    let broken: HostFailure | undefined;
    await eachOf(unknown, LOOKS_AT_ONCE, async (container) => {
      const failure = await this.takeIn(container);
      broken ??= failure;
    });
    if (broken !== undefined) return this.noticed(err(broken));
    return ok([...this.tasks.values()].map(adoptedTask));
  }

  /** Runs a command for `/bin/sh -c` in the container of a running task. */
  exec(
    taskId: TaskId,
    shellCommand: string,
    timeout: Millis,
  ): Promise<Result<ExecOutcome, HostFailure>> {
    const held = this.tasks.get(taskId);
    if (held?.phase !== 'running') return Promise.resolve(err(unknownTask(taskId)));
    return execInContainer(this.engine, held.containerId, shellCommand, timeout);
  }

  /** What the task wrote last, also after its container was removed; bounded. */
  async output(taskId: TaskId): Promise<TaskOutput> {
    const held = this.tasks.get(taskId);
    if (held === undefined) return this.savedLogs.read(taskId);
    return this.savedLogs.ofEngine(this.engine, held.containerId);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const held of this.tasks.values()) held.wake();
    await this.engineWatch.close();
  }

  /**
   * Starts the container, once. When the engine goes away in the middle nobody knows whether it did:
   * then the truth is waited for, because another start or another host would double the task.
   */
  private async launch(held: HeldContainer): Promise<Result<TaskStarted, HostFailure>> {
    for (;;) {
      const answer = await this.starts.run(() => this.engine.start(held.containerId));
      const running = answer.ok || (answer.error.kind === 'refused' && answer.error.status === 304);
      if (running) return this.seeStarted(held);
      if (answer.error.kind === 'refused') return err(failureOfStart(answer.error, held.spec));
      this.engineWatch.suspect();
      await this.engineWatch.untilAnswers();
      if (this.closed) return err(CLOSED);
      const seen = await this.engine.inspect(held.containerId);
      if (seen.ok && seen.value.State.Status !== 'created') return this.seeStarted(held);
      if (!seen.ok && seen.error.kind === 'refused') {
        const message = 'The container was gone when the Docker engine came back';
        return err({ kind: 'engineRefused', message });
      }
    }
  }

  private async seeStarted(held: HeldContainer): Promise<Result<TaskStarted, HostFailure>> {
    held.phase = 'running';
    held.startedAt = this.options.clock.now();
    const seen = await this.engine.inspect(held.containerId);
    if (!seen.ok) {
      // It did start; the watch finds out what has become of it since.
      if (seen.error.kind === 'refused') conclude(held, REMOVED);
      else this.engineWatch.suspect();
      return ok({ startedAt: held.startedAt });
    }
    held.startedAt = startOf(seen.value) ?? held.startedAt;
    this.judge(held, seen.value, false);
    const ipAddresses = addressesOf(seen.value);
    const { startedAt } = held;
    return ok({ startedAt, ...(ipAddresses.length === 0 ? {} : { ipAddresses }) });
  }

  private async hinted(containerId: string): Promise<void> {
    const held = this.byContainer.get(containerId);
    if (held?.phase === 'running') await this.look(held);
  }

  /** Whether the container still runs; its end is noted. */
  private async look(held: HeldContainer, afterAbsence = false): Promise<void> {
    const seen = await this.engine.inspect(held.containerId);
    if (seen.ok) this.judge(held, seen.value, afterAbsence);
    else if (seen.error.kind !== 'refused') this.engineWatch.suspect();
    else if (seen.error.status === 404 && held.phase === 'running') conclude(held, REMOVED);
  }

  private judge(held: HeldContainer, seen: ContainerInspectInfo, engineWasAway: boolean): void {
    if (held.phase !== 'running' || !ENDED.has(seen.State.Status)) return;
    const facts = {
      command: commandOf(held),
      memoryLimit: seen.HostConfig.Memory,
      killAsked: held.killAsked,
      engineWasAway,
    };
    conclude(held, describeExit(seen.State, facts));
  }

  private async lookAtAll(afterAbsence: boolean): Promise<boolean> {
    const listed = await this.engine.list(this.label);
    if (!listed.ok) return false;
    const alive = new Set(
      listed.value.filter(({ state }) => !ENDED.has(state)).map(({ id }) => id),
    );
    // A container that was started after the list was made is not missing: it is looked at alone.
    const missing = [...this.tasks.values()].filter(
      (held) => held.phase === 'running' && !alive.has(held.containerId),
    );
    await eachOf(missing, LOOKS_AT_ONCE, (held) => this.look(held, afterAbsence));
    return true;
  }

  /** Takes a container over that this object has not made. */
  private async takeIn(listed: ListedContainer): Promise<HostFailure | undefined> {
    const owner = ownerOf(listed.labels, this.options.cluster);
    if (owner === undefined || this.preparing.has(owner.taskId)) return undefined;
    const seen = await this.engine.inspect(listed.id);
    if (!seen.ok) {
      const gone = seen.error.kind === 'refused' && seen.error.status === 404;
      return gone ? undefined : unreachable(this.engine, seen.error);
    }
    if (this.byContainer.has(listed.id) || this.tasks.has(owner.taskId)) return undefined;
    const held = holdContainer(owner, listed.id);
    const { State: state } = seen.value;
    held.killAsked = isKilledName(listed.name);
    // A container that could not be started is left as if it had never been tried, but for the error.
    if (state.Status !== 'created' || state.Error !== '') {
      held.phase = 'running';
      held.startedAt = startOf(seen.value) ?? this.options.clock.now();
      held.started = ok({ startedAt: held.startedAt });
      if (state.Status === 'created') conclude(held, describeExit(state, UNSTARTED));
      else this.judge(held, seen.value, false);
    }
    this.hold(held);
    return undefined;
  }

  private hold(held: HeldContainer): void {
    this.tasks.set(taskIdOf(held), held);
    this.byContainer.set(held.containerId, held);
  }

  private forget(held: HeldContainer): void {
    this.tasks.delete(taskIdOf(held));
    this.byContainer.delete(held.containerId);
    this.forgotten.add(taskIdOf(held));
    if (this.forgotten.size <= FORGOTTEN_MAX) return;
    const [oldest] = this.forgotten;
    if (oldest !== undefined) this.forgotten.delete(oldest);
  }

  private async removeContainer(held: HeldContainer): Promise<Result<void, HostFailure>> {
    const removed = await this.engine.remove(held.containerId);
    const gone = !removed.ok && removed.error.kind === 'refused' && removed.error.status === 404;
    // 409: somebody else is removing it at this moment.
    const going = !removed.ok && removed.error.kind === 'refused' && removed.error.status === 409;
    if (removed.ok || gone || going) return ok(undefined);
    return this.noticed(err(unreachable(this.engine, removed.error)));
  }

  private async saveLogs(held: HeldContainer): Promise<void> {
    await this.savedLogs.save(this.engine, taskIdOf(held), held.containerId);
  }

  private noticed<T>(result: Result<T, HostFailure>): Result<T, HostFailure> {
    if (!result.ok && result.error.kind === 'engineGone') this.engineWatch.suspect();
    return result;
  }

  private inLane<T>(
    taskId: TaskId,
    work: () => Promise<Result<T, HostFailure>>,
  ): Promise<Result<T, HostFailure>> {
    return this.lanes.run(taskId, () => (this.closed ? Promise.resolve(err(CLOSED)) : work()));
  }
}

const CLOSED: HostFailure = { kind: 'closed', message: 'The executor is closed' };
const ENDED: ReadonlySet<string> = new Set(['exited', 'dead']);
const UNSTARTED = {
  command: undefined,
  memoryLimit: undefined,
  killAsked: false,
  engineWasAway: false,
};

function unknownTask(taskId: TaskId): HostFailure {
  return { kind: 'unknownTask', message: `No task ${taskId} was prepared here` };
}

function startOf({ State: state }: ContainerInspectInfo): Millis | undefined {
  const at = Date.parse(state.StartedAt);
  return Number.isNaN(at) || at <= 0 ? undefined : millis(at);
}

/** None in the host's own network: there the task answers on the host's addresses. */
function addressesOf({ NetworkSettings: settings }: ContainerInspectInfo): readonly string[] {
  return Object.values(settings.Networks)
    .map(({ IPAddress }) => IPAddress)
    .filter((address) => address !== '');
}

/** Does work for each item, a few at a time. */
async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
