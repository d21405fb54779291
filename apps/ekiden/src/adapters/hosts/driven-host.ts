import { millis, type AgentId, type Millis, type Result, type TaskId } from '@ekiden/kernel';
import type {
  Cancel,
  ExecutorKind,
  HostDriver,
  HostFailure,
  HostReach,
  TaskFiles,
  TaskOutputs,
  TaskSessions,
  TaskVolumes,
} from '@ekiden/host';
import { parseAttributes, type AgentInfo } from '@ekiden/offers';
import { EXECUTORS_ATTRIBUTE } from '../../core/matching/index.js';
import type { AgentAddresses, FoundTask } from '../../core/turn/index.js';

/** An executor that can run a command where a task of its runs. */
export interface CommandsBesideTasks {
  /** Fails when the task does not run here. `exitCode` is `null` when the time was up. */
  exec(
    taskId: TaskId,
    shellCommand: string,
    timeout: Millis,
  ): Promise<Result<{ readonly exitCode: number | null }, HostFailure>>;
}

/** One kind of tasks on a host: the driver that runs them, and what else can be done with them. */
export interface Station {
  readonly kind: ExecutorKind;
  readonly driver: HostDriver;
  readonly commands: CommandsBesideTasks;
  readonly outputs: TaskOutputs;
  readonly files: TaskFiles;
  readonly sessions: TaskSessions;
  readonly volumes: TaskVolumes;
  /** Where its containers find this machine, if that has to be asked. */
  gateway?(): Promise<string | undefined>;
  /** Present where what runs the tasks can be away by itself. */
  watch?(listener: (reach: HostReach) => void): void;
}

/** A station and how things stand with it in the present term. */
export interface StationState {
  readonly station: Station;
  /** Its tasks are known: it may be offered. */
  recovered: boolean;
  recovering: boolean;
  /** Since when it has not answered (monotonic), and why. */
  silence: { readonly since: Millis; readonly reason: string } | undefined;
  /** Takes back the moment its tasks are given up. */
  cancelPatience: Cancel | undefined;
}

/** What is known beforehand of the ways to and from a host. */
export interface HostAddresses {
  readonly hostPorts: string;
  /** Where its tasks find service ports; absent = on its own loopback and its bridge's gateway. */
  readonly services: string | undefined;
}

const LOOPBACK = '127.0.0.1';

/** One agent, and everything that runs tasks on it. */
export class DrivenHost {
  readonly stations = new Map<ExecutorKind, StationState>();
  private readonly info: AgentInfo;
  private readonly fixed: HostAddresses;
  private gateway: string | undefined;
  private readonly expected: ReadonlySet<ExecutorKind>;

  /** `expected`: kinds that belong to this agent, whether or not they answer yet. */
  constructor(info: AgentInfo, addresses: HostAddresses, expected: readonly ExecutorKind[]) {
    this.info = info;
    this.fixed = addresses;
    this.expected = new Set(expected);
  }

  get id(): AgentId {
    return this.info.id;
  }

  get addresses(): AgentAddresses {
    const { hostPorts, services } = this.fixed;
    return {
      hostPorts,
      servicesFromHost: services ?? LOOPBACK,
      servicesFromContainers: services ?? this.gateway ?? LOOPBACK,
    };
  }

  learnGateway(gateway: string | undefined): void {
    this.gateway = gateway ?? this.gateway;
  }

  add(station: Station): StationState {
    const state: StationState = {
      station,
      recovered: false,
      recovering: false,
      silence: undefined,
      cancelPatience: undefined,
    };
    this.stations.set(station.kind, state);
    return state;
  }

  /** The agent as it can be used now. */
  agent(): AgentInfo {
    const kinds = this.recovered().map(({ station }) => station.kind);
    const parsed = parseAttributes(`${EXECUTORS_ATTRIBUTE}:{${kinds.sort().join(',')}}`);
    const executors = kinds.length > 0 && parsed.ok ? parsed.value : [];
    return { ...this.info, attributes: [...executors, ...this.info.attributes] };
  }

  recovered(): readonly StationState[] {
    return [...this.stations.values()].filter((state) => state.recovered);
  }

  /** Kinds whose tasks nobody could ask for. */
  unasked(): readonly ExecutorKind[] {
    return [...this.expected].filter((kind) => this.stations.get(kind)?.recovered !== true);
  }

  /** Everything its drivers know of, what is only being launched included. */
  found(): readonly FoundTask[] {
    return this.recovered().flatMap(({ station }) =>
      station.driver.tasks().map(({ taskId, epoch, phase, startedAt, ports }) => ({
        taskId,
        epoch,
        ...(startedAt === undefined ? {} : { startedAt }),
        ...(ports === undefined ? {} : { hostPorts: ports }),
        ...(phase === 'idle' ? { waits: true as const } : {}),
        ...(phase === 'running' ? { runs: true as const } : {}),
      })),
    );
  }

  /** Who has the task; `undefined` when nobody here knows it. */
  stationOf(taskId: TaskId): Station | undefined {
    for (const { station } of this.stations.values()) {
      if (station.driver.knows(taskId)) return station;
    }
    return undefined;
  }

  /** Somebody who can say that a task is not here, if that is certain. */
  certain(): Station | undefined {
    return this.unasked().length > 0 ? undefined : this.recovered()[0]?.station;
  }
}

/** How long the silence has lasted already. */
export function silentFor(state: StationState, now: Millis): Millis {
  return millis(state.silence === undefined ? 0 : now - state.silence.since);
}
