import { err, Lanes, ok } from '@ekiden/kernel';
import type { Clock, Millis, Result, TaskId } from '@ekiden/kernel';
import type { Fetcher } from '@ekiden/fetcher';
import type {
  AdoptedTask,
  Executor,
  HostFailure,
  HostReach,
  OutputBytes,
  OutputRequest,
  Retention,
  TaskExit,
  TaskFiles,
  TaskOutputs,
  TaskSessions,
  TaskSpec,
  TaskStarted,
} from '@ekiden/host';
import { clusterLabel, ownerFor, ownerOf } from './container-labels.js';
import { isKilledName } from './container-names.js';
import { ContainerEnds, ENDED } from './container-ends.js';
import { ContainerFiles } from './container-files.js';
import { ContainerMaker } from './container-maker.js';
import { ContainerOutputs } from './container-outputs.js';
import { ContainerSessions } from './container-sessions.js';
import { ContainerStarter, startOf } from './container-starter.js';
import { ContainerStopper } from './container-stopper.js';
import { describeExit } from './describe-exit.js';
import { eachOf } from './each-of.js';
import { execInContainer, type ExecOutcome } from './exec-in-container.js';
import type { Engine, ListedContainer } from './engine.js';
import { isGone, unknownTask, unreachable } from './engine-failures.js';
import { EngineWatch, WATCH_TEMPO, type WatchTempo } from './engine-watch.js';
import {
  adoptedTask,
  CLOSED,
  conclude,
  holdContainer,
  type HeldContainer,
} from './held-container.js';
import { HeldContainers, isLeftover } from './held-containers.js';
import { Images } from './images.js';
import { Leftovers } from './leftovers.js';
import { SavedLogs } from './saved-logs.js';
import { SavedSandboxes } from './saved-sandboxes.js';
import { removeShared } from './shared-volumes.js';
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

/** Containers looked at in one go. */
const LOOKS_AT_ONCE = 8;

/**
 * Containers of one Docker engine. All there is to know of them is on the engine, in labels and
 * names, so that any later executor of the same cluster goes on from there (README).
 */
export class DockerExecutor implements Executor, TaskOutputs {
  readonly kind = 'docker';
  readonly files: TaskFiles;
  readonly sessions: TaskSessions;
  private readonly options: DockerExecutorOptions;
  private readonly engine: Engine;
  private readonly label: string;
  private readonly engineWatch: EngineWatch;
  private readonly maker: ContainerMaker;
  private readonly ends: ContainerEnds;
  private readonly stopper: ContainerStopper;
  private readonly starter: ContainerStarter;
  private readonly savedLogs: SavedLogs;
  private readonly savedSandboxes: SavedSandboxes;
  private readonly outputs: ContainerOutputs;
  private readonly lanes = new Lanes<TaskId>();
  private readonly tasks = new HeldContainers();
  private readonly preparing = new Map<TaskId, AbortController>();
  private readonly leftovers = new Leftovers();
  private closed = false;

  constructor(options: DockerExecutorOptions) {
    const { engine, clock, cluster, fetcher, engineCpus, dockerConfig } = options;
    this.options = options;
    this.engine = engine;
    this.label = clusterLabel(cluster);
    const most = Math.max(4, engineCpus * 4);
    const bounds = { min: 1, initial: Math.min(most, Math.max(2, engineCpus * 2)), max: most };
    const starts = new StartGate(clock, bounds);
    const creates = new StartGate(clock, bounds);
    const images = new Images(engine);
    this.maker = new ContainerMaker({ engine, cluster, images, creates, fetcher, dockerConfig });
    this.engineWatch = new EngineWatch({
      engine,
      label: this.label,
      clock,
      tempo: { ...WATCH_TEMPO, ...options.tempo },
      hint: (hint) => this.ends.hinted(hint),
      lookAtAll: (afterGap, signal) => this.lookAtAll(afterGap, signal),
    });
    const suspect = (): void => this.engineWatch.suspect();
    const ends = new ContainerEnds({ engine, tasks: this.tasks, watch: this.engineWatch });
    this.ends = ends;
    const look = (held: HeldContainer): Promise<void> => ends.look(held);
    this.stopper = new ContainerStopper({ engine, clock, look, suspect });
    this.starter = new ContainerStarter({
      engine,
      clock,
      gate: starts,
      watch: this.engineWatch,
      isClosed: () => this.closed,
      ends,
    });
    this.savedLogs = new SavedLogs(options.logDir, clock);
    this.savedSandboxes = new SavedSandboxes(options.logDir);
    this.files = new ContainerFiles(engine, this.tasks, this.savedSandboxes);
    this.sessions = new ContainerSessions(engine, this.tasks);
    this.outputs = new ContainerOutputs(engine, this.tasks, this.savedLogs);
    this.engineWatch.begin();
  }

  watch(listener: (reach: HostReach) => void): void {
    this.engineWatch.listen(listener);
  }

  prepare(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    const { taskId } = spec;
    const giveUp = new AbortController();
    // At once: a shutdown may come before it is this call's turn.
    this.preparing.set(taskId, giveUp);
    const prepared = this.inLane(taskId, () => {
      this.preparing.set(taskId, giveUp);
      return this.makeReady(spec, giveUp.signal);
    });
    return prepared.finally(() => {
      if (this.preparing.get(taskId) === giveUp) this.preparing.delete(taskId);
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
      const started = await this.starter.start(held);
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

  abandon(taskId: TaskId): void {
    this.preparing.get(taskId)?.abort();
    const held = this.tasks.get(taskId);
    if (held?.phase === 'prepared') this.tasks.drop(held);
  }

  async remove(taskId: TaskId): Promise<Result<void, HostFailure>> {
    const removed = await this.inLane(taskId, async () => {
      const held = this.tasks.get(taskId);
      if (held === undefined) return ok(undefined);
      if (held.phase === 'running') {
        return err({ kind: 'stillRunning', message: `Task ${taskId} still runs` });
      }
      if (held.startedAt !== undefined) {
        await this.savedSandboxes.save(this.engine, taskId, held.containerId);
        await this.savedLogs.save(this.engine, taskId, held.containerId);
      }
      const removed = await this.removeContainer(held);
      if (!removed.ok) return removed;
      await removeShared(this.engine, held.owner.shared ?? []);
      this.tasks.forget(held);
      return ok(undefined);
    });
    if (!removed.ok && removed.error.kind === 'engineGone') this.leftovers.note(taskId);
    return removed;
  }

  async adopt(): Promise<Result<readonly AdoptedTask[], HostFailure>> {
    if (this.closed) return err(CLOSED);
    const listed = await this.engine.list(this.label);
    if (!listed.ok) return this.noticed(err(unreachable(this.engine, listed.error)));
    const unknown = listed.value.filter(({ id }) => this.tasks.ofContainer(id) === undefined);
    let broken: HostFailure | undefined;
    await eachOf(unknown, LOOKS_AT_ONCE, async (container) => {
      const failure = await this.takeIn(container);
      broken ??= failure;
    });
    if (broken !== undefined) return this.noticed(err(broken));
    return ok(this.tasks.all().map(adoptedTask));
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

  readOutput(taskId: TaskId, request: OutputRequest): Promise<Result<OutputBytes, HostFailure>> {
    return this.outputs.read(taskId, request);
  }

  /** Deletes saved output beyond the retention. */
  sweep(retention: Retention): Promise<void> {
    return this.savedLogs.sweep(retention);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const giveUp of this.preparing.values()) giveUp.abort();
    for (const held of this.tasks.all()) held.wake();
    await this.engineWatch.close();
  }

  private async makeReady(spec: TaskSpec, signal: AbortSignal): Promise<Result<void, HostFailure>> {
    const { taskId, epoch } = spec;
    const there = this.tasks.get(taskId);
    if (there !== undefined && !isLeftover(there)) return ok(undefined);
    if (this.tasks.hasForgotten(taskId)) return err(ranBefore(taskId));
    if (there !== undefined) {
      // Found on the engine: whoever made it may have come no further, and files may be missing.
      if (there.owner.epoch > epoch) return err(ranBefore(taskId));
      const removed = await this.removeContainer(there);
      if (!removed.ok) return removed;
      this.tasks.drop(there);
    }
    const made = await this.maker.make(spec, signal);
    if (!made.ok) {
      if (made.error.kind === 'engineGone') this.leftovers.note(taskId);
      return this.noticed(made);
    }
    this.tasks.add(holdContainer(ownerFor(spec), made.value, spec));
    return ok(undefined);
  }

  private async lookAtAll(afterGap: boolean, signal: AbortSignal): Promise<boolean> {
    const listed = await this.engine.list(this.label, signal);
    if (!listed.ok) return false;
    const alive = new Set(
      listed.value.filter(({ state }) => !ENDED.has(state)).map(({ id }) => id),
    );
    // A container that was started after the list was made is not missing: it is looked at alone.
    const missing = this.tasks
      .all()
      .filter(({ phase, containerId }) => phase === 'running' && !alive.has(containerId));
    await eachOf(missing, LOOKS_AT_ONCE, (held) => this.ends.look(held, afterGap, signal));
    await this.clearLeftovers(listed.value);
    return !signal.aborted;
  }

  /** What was to be gone and could not be removed when the engine did not answer. */
  private async clearLeftovers(listed: readonly ListedContainer[]): Promise<void> {
    const there = new Map<TaskId, string>();
    for (const { id, labels } of listed) {
      const owner = ownerOf(labels, this.options.cluster);
      if (owner !== undefined) there.set(owner.taskId, id);
    }
    await eachOf(this.leftovers.among(there), LOOKS_AT_ONCE, async ([taskId, id]) => {
      if (this.preparing.has(taskId)) return;
      if (this.tasks.get(taskId) !== undefined) await this.remove(taskId);
      else await this.engine.removeUnstarted(id);
    });
  }

  /** Takes a container over that this object has not made. */
  private async takeIn(listed: ListedContainer): Promise<HostFailure | undefined> {
    const owner = ownerOf(listed.labels, this.options.cluster);
    if (owner === undefined || this.preparing.has(owner.taskId)) return undefined;
    const seen = await this.engine.inspect(listed.id);
    if (!seen.ok) {
      return isGone(seen.error) ? undefined : unreachable(this.engine, seen.error);
    }
    // Meanwhile it may have been replaced, or be about to be.
    if (this.tasks.get(owner.taskId) !== undefined || this.preparing.has(owner.taskId)) {
      return undefined;
    }
    const held = holdContainer(owner, listed.id);
    const { State: state } = seen.value;
    held.killAsked = isKilledName(listed.name, owner.taskId);
    // A container that could not be started is left as if it had never been tried, but for the error.
    if (state.Status !== 'created' || state.Error !== '') {
      held.phase = 'running';
      held.startedAt = startOf(seen.value) ?? this.options.clock.now();
      held.started = ok({ startedAt: held.startedAt });
      if (state.Status === 'created') conclude(held, describeExit(state, UNSTARTED));
      else this.ends.judge(held, seen.value, false);
    }
    this.tasks.add(held);
    return undefined;
  }

  private async removeContainer(held: HeldContainer): Promise<Result<void, HostFailure>> {
    const { engine } = this;
    // What we have never started may have been started by somebody else, and is theirs then.
    const untouched = held.started === undefined && held.startedAt === undefined;
    const removed = untouched
      ? await engine.removeUnstarted(held.containerId)
      : await engine.remove(held.containerId);
    if (removed.ok || isGone(removed.error)) return ok(undefined);
    // 409: somebody else is removing it at this moment, or it is theirs.
    if (removed.error.kind === 'refused' && removed.error.status === 409) return ok(undefined);
    return this.noticed(err(unreachable(engine, removed.error)));
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

const UNSTARTED = {
  command: undefined,
  memoryLimit: undefined,
  killAsked: false,
  engineWasAway: false,
};

function ranBefore(taskId: TaskId): HostFailure {
  return { kind: 'alreadyRan', message: `Task ${taskId} has run on this host before` };
}
