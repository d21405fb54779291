import {
  millis,
  type AgentId,
  type Clock,
  type Millis,
  type TaskId,
  type TaskStatus,
} from '@ekiden/kernel';
import type { HostFailure, HostReach, TaskSpec, Timers } from '@ekiden/host';
import type { Effect } from '../../core/turn/index.js';
import type {
  HostListener,
  HostTerm,
  Hosts,
  Log,
  MeasuredVolume,
  TaskAccess,
  TaskCommandOrder,
  TaskCommandOutcome,
  TaskCommands,
  VolumeSize,
} from '../../ports/index.js';
import { DrivenTasks } from './driven-tasks.js';
import { silentFor, type DrivenHost, type Station, type StationState } from './driven-host.js';

export interface DrivenHostsOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** A host that has not answered for this long is given up, and its tasks are unreachable. */
  readonly patience: Millis;
  /** How often a host is asked what it runs, though nothing has happened to it; absent = never. */
  readonly lookEvery?: Millis;
  /** Called when the first term begins: hosts that can be reached only once the cluster is known. */
  readonly connect?: (cluster: string) => void;
}

const RECOVER_RETRY = millis(1_000);

/** Failures of a command beside a task that are the host's business, not the task's. */
const NO_HOST: ReadonlySet<HostFailure['kind']> = new Set([
  'resources',
  'engineGone',
  'unknownTask',
  'fault',
  'closed',
]);

/**
 * Real machines, each behind host drivers. An agent is offered with the executors that answer; what
 * one of them runs is asked for whenever it begins to answer, and given up when it is silent for too
 * long, each by itself.
 */
export class DrivenHosts implements Hosts, TaskCommands {
  readonly tasks: TaskAccess;
  private readonly options: DrivenHostsOptions;
  private readonly hosts = new Map<AgentId, DrivenHost>();
  private listener: HostListener | undefined;
  private term: HostTerm | undefined;
  private connected = false;
  private stopLooking: (() => void) | undefined;

  constructor(options: DrivenHostsOptions) {
    this.options = options;
    this.tasks = new DrivenTasks(() => this.hosts.values());
  }

  has(agentId: AgentId): boolean {
    return this.hosts.has(agentId);
  }

  addHost(host: DrivenHost): void {
    this.hosts.set(host.id, host);
  }

  /** From here on tasks of that kind run on the host; in a term it is asked at once. */
  addStation(host: DrivenHost, station: Station): void {
    const state = host.add(station);
    station.watch?.((reach) => this.heard(host, state, reach));
    if (this.term === undefined) return;
    station.driver.fence(this.term.epoch);
    void this.recover(host, state);
  }

  /** Where drivers report to; false while nobody leads (drivers repeat what is not acknowledged). */
  hear(status: TaskStatus): boolean {
    return this.listener?.({ kind: 'hostStatus', status }) ?? false;
  }

  /** Whether this service leads at this moment. */
  leads(): boolean {
    return this.term?.stillHeld() === true;
  }

  enter(term: HostTerm, listener: HostListener): void {
    this.term = term;
    this.listener = listener;
    this.lookLater();
    if (!this.connected) {
      this.connected = true;
      this.options.connect?.(term.cluster);
    }
    for (const host of this.hosts.values()) {
      for (const state of host.stations.values()) {
        state.recovered = false;
        state.station.driver.fence(term.epoch);
        if (state.silence === undefined) void this.recover(host, state);
        else this.giveUpLater(host, state);
      }
    }
  }

  leave(): void {
    this.listener = undefined;
    this.term = undefined;
    this.stopLooking?.();
    for (const host of this.hosts.values()) {
      for (const state of host.stations.values()) state.cancelPatience?.();
    }
  }

  perform(effect: Effect): void {
    const host = this.hosts.get(effect.agentId);
    if (host === undefined) return;
    switch (effect.kind) {
      case 'launch':
        // Stored and read back as JSON; written by `taskSpecFor` alone.
        this.launch(host, { ...(effect.info as TaskSpec), epoch: effect.epoch });
        return;
      case 'kill': {
        const station = host.stationOf(effect.taskId) ?? host.certain();
        // Asked for again when the host has been asked what it runs.
        if (station === undefined) return;
        this.note(effect, station.driver.kill(effect.taskId, effect.gracePeriod));
        return;
      }
      case 'acknowledge':
        host.stationOf(effect.taskId)?.driver.acknowledge(effect.taskId, effect.state);
        return;
      case 'wipeVolume':
        void this.wipe(host, effect);
        return;
    }
  }

  async measureVolumes(volumes: readonly MeasuredVolume[]): Promise<readonly VolumeSize[]> {
    const byStation = new Map<Station, MeasuredVolume[]>();
    for (const volume of volumes) {
      const state = this.hosts.get(volume.agentId)?.stations.get(volume.executor);
      if (state?.recovered !== true || state.silence !== undefined) continue;
      const together = byStation.get(state.station);
      if (together === undefined) byStation.set(state.station, [volume]);
      else together.push(volume);
    }
    const found = [...byStation].map(async ([station, there]) => {
      const sizes = await station.volumes.measureVolumes(there);
      if (!sizes.ok) return [];
      return there.flatMap(({ id: volumeId }) => {
        const bytes = sizes.value.get(volumeId);
        return bytes === undefined ? [] : [{ volumeId, bytes }];
      });
    });
    return (await Promise.all(found)).flat();
  }

  async runCommand(order: TaskCommandOrder): Promise<TaskCommandOutcome> {
    const station = this.hosts.get(order.agentId)?.stationOf(order.taskId);
    if (station === undefined) {
      return { kind: 'noHost', reason: 'the task is not on its host' };
    }
    const ran = await station.commands.exec(order.taskId, order.command, order.timeout);
    if (!ran.ok) {
      const { kind, message: reason } = ran.error;
      return { kind: NO_HOST.has(kind) ? 'noHost' : 'notRun', reason };
    }
    const { exitCode } = ran.value;
    return exitCode === null ? { kind: 'timedOut' } : { kind: 'exited', exitCode };
  }

  async close(): Promise<void> {
    this.leave();
    const stations = [...this.hosts.values()].flatMap((host) => [...host.stations.values()]);
    await Promise.all(stations.map(({ station }) => station.driver.close()));
  }

  private launch(host: DrivenHost, spec: TaskSpec): void {
    const station = host.stations.get(spec.executor)?.station;
    const { taskId } = spec;
    const effect = { kind: 'launch', agentId: host.id, taskId } as const;
    if (station !== undefined) {
      this.note(effect, station.driver.launch(spec));
      return;
    }
    this.hear({
      taskId,
      agentId: host.id,
      state: 'TASK_DROPPED',
      source: 'AGENT',
      reason: 'AGENT_DISCONNECTED',
      message: `This agent runs no ${spec.executor} tasks any more`,
      at: this.options.clock.now(),
    });
  }

  /** Without an answer it is asked for again. */
  private async wipe(
    host: DrivenHost,
    { volumeId, executor, disk }: Extract<Effect, { kind: 'wipeVolume' }>,
  ): Promise<void> {
    const station = host.stations.get(executor)?.station;
    if (station === undefined) return;
    const wiped = await station.volumes.wipeVolume(volumeId, disk);
    const problem = wiped.ok ? {} : { problem: wiped.error.message };
    this.listener?.({ kind: 'volumeWiped', volumeId, ...problem });
  }

  private heard(host: DrivenHost, state: StationState, reach: HostReach): void {
    const { clock, log } = this.options;
    const facts = { agentId: host.id, executor: state.station.kind };
    state.cancelPatience?.();
    if (reach.kind === 'answers') {
      if (state.silence !== undefined) {
        log({ level: 'info', event: 'host-answers', message: 'the host answers again', facts });
      }
      state.silence = undefined;
      if (this.term !== undefined) void this.recover(host, state);
      return;
    }
    state.silence = { since: clock.monotonic(), reason: reach.reason };
    const wasUsed = state.recovered;
    const level = wasUsed ? 'warn' : 'info';
    log({ level, event: 'host-silent', message: reach.reason, facts });
    state.recovered = false;
    if (this.listener === undefined) return;
    // Nothing new goes there from now on; what runs there may well run on.
    if (wasUsed) this.listener({ kind: 'agentRegistered', agent: host.agent() });
    this.giveUpLater(host, state);
  }

  /**
   * Asks every host again and again what it runs: what went unseen comes to light (SCL-21, UNR-11),
   * and kills that were not heard are repeated.
   */
  private lookLater(): void {
    const { lookEvery, timers } = this.options;
    this.stopLooking?.();
    if (lookEvery === undefined) return;
    this.stopLooking = timers.after(lookEvery, () => {
      for (const host of this.hosts.values()) {
        for (const state of host.recovered()) void this.recover(host, state);
      }
      this.lookLater();
    });
  }

  private giveUpLater(host: DrivenHost, state: StationState): void {
    const { clock, timers, patience } = this.options;
    const left = millis(Math.max(0, patience - silentFor(state, clock.monotonic())));
    state.cancelPatience?.();
    state.cancelPatience = timers.after(left, () => {
      const { silence, station } = state;
      if (silence === undefined) return;
      const others = host.recovered().length > 0;
      this.listener?.({
        kind: 'agentUnreachable',
        agentId: host.id,
        reason: silence.reason,
        ...(others ? { executor: station.kind } : {}),
      });
    });
  }

  /** Asks what runs there; a host that cannot say is asked again when it answers, or a little later. */
  private async recover(host: DrivenHost, state: StationState): Promise<void> {
    const { term } = this;
    if (term === undefined || state.recovering) return;
    state.recovering = true;
    const { station } = state;
    const found = await station.driver.recover();
    if (found.ok) host.learnGateway(await station.gateway?.());
    state.recovering = false;
    if (this.term !== term) {
      // Another term has begun meanwhile and was waiting for this answer.
      if (this.inTerm()) void this.recover(host, state);
      return;
    }
    if (found.ok) {
      state.recovered = true;
      this.tell(host);
      return;
    }
    if (state.silence !== undefined) return;
    this.options.log({
      level: 'warn',
      event: 'host-unavailable',
      message: `the host cannot be asked what it runs: ${found.error.message}`,
      facts: { agentId: host.id, executor: state.station.kind },
    });
    this.options.timers.after(RECOVER_RETRY, () => void this.recover(host, state));
  }

  private tell(host: DrivenHost): void {
    const { listener } = this;
    if (listener === undefined) return;
    const { addresses } = host;
    const unasked = host.unasked();
    listener({ kind: 'agentRegistered', agent: host.agent(), addresses });
    listener({
      kind: 'hostRecovered',
      agentId: host.id,
      found: host.found(),
      ...(unasked.length === 0 ? {} : { unasked }),
    });
  }

  /** Read anew: what was true before waiting need not be now. */
  private inTerm(): boolean {
    return this.term !== undefined;
  }

  private note(
    effect: { readonly kind: string; readonly agentId: AgentId; readonly taskId: TaskId },
    result: ReturnType<Station['driver']['launch']>,
  ): void {
    if (result.ok) return;
    this.options.log({
      level: 'warn',
      event: 'host-refused',
      message: `the host did not take a ${effect.kind}: ${result.error.kind}`,
      facts: { agentId: effect.agentId, taskId: effect.taskId },
    });
  }
}
