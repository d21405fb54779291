import { join } from 'node:path';
import {
  millis,
  seconds,
  type AgentId,
  type Clock,
  type TaskStatus,
  type Millis,
} from '@ekiden/kernel';
import type { Fetcher } from '@ekiden/fetcher';
import { HostDriver, type TaskVolumes, type Retention, type Timers } from '@ekiden/host';
import {
  DockerExecutor,
  ENGINE_DEADLINES,
  Engine,
  EngineVolumes,
  type EngineAddress,
  type EngineInfo,
} from '@ekiden/host-docker';
import { resourcesOf, toMilli, type Attribute, type Domain, type Resources } from '@ekiden/offers';
import type { Log } from '../../ports/index.js';
import { DrivenHost, type Station } from './driven-host.js';
import type { DrivenHosts } from './driven-hosts.js';

/** One engine that is an agent of its own (`EKIDEN_DOCKER_HOSTS`). */
export interface DockerHostSettings {
  readonly address: EngineAddress;
  /** Shown as the host of its tasks. */
  readonly hostname: string;
  /** Where published ports answer, as seen from here. */
  readonly hostPorts: string;
  /** Where service ports answer, as seen from its containers; absent = its bridge's gateway. */
  readonly services: string | undefined;
  readonly attributes: readonly Attribute[];
  readonly domain: Domain | undefined;
  /** Overrides what the engine says, resource by resource. */
  readonly resources: Resources | undefined;
}

export interface DockerHostsOptions {
  readonly hosts: DrivenHosts;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly fetcher: Fetcher;
  readonly dataDir: string;
  /** Folder of Docker's `config.json`; absent = the usual one. */
  readonly dockerConfig: string | undefined;
  readonly cluster: string;
  /** From a launch to running, image pulls included. */
  readonly launchTimeout: Millis;
  /** How much is kept of removed containers. */
  readonly retention: Retention;
  /** Who deletes volumes on disks of this machine. */
  readonly disks: TaskVolumes;
}

const RETRY = millis(2_000);
const SWEEP_EVERY = millis(600_000);
/** A driver's own limit on launches; how many the engine gets at once is the executor's concern. */
const LAUNCHES_MAX = 256;
const MIB = 1_048_576;
const GIB_IN_MIB = 1_024;

/** Brings Docker engines in as hosts; each in its own time, because each may be away. */
export class DockerHosts {
  private readonly options: DockerHostsOptions;
  private readonly engineIds = new Map<string, string>();
  private sweeping = false;

  constructor(options: DockerHostsOptions) {
    this.options = options;
  }

  /** The engine of this machine: one more executor of an agent that is there already. */
  addLocal(host: DrivenHost, address: EngineAddress, cpus: number): void {
    const engine = this.engineAt(address);
    // Disks set aside for volumes are this machine's own.
    const volumes = new EngineVolumes(engine, this.options.disks);
    this.options.hosts.addStation(host, { ...this.station(engine, host.id, cpus), volumes });
  }

  /** An engine as an agent of its own, as soon as it answers. */
  addAgent(settings: DockerHostSettings): void {
    let engine: Engine;
    try {
      engine = this.engineAt(settings.address);
    } catch (error) {
      const message = `TLS files cannot be read: ${error instanceof Error ? error.message : ''}`;
      this.options.log({ level: 'error', event: 'docker-host', message });
      return;
    }
    void this.meet(engine, settings, '');
  }

  private async meet(engine: Engine, settings: DockerHostSettings, known: string): Promise<void> {
    const { log, timers } = this.options;
    const info = await engine.info();
    if (!info.ok) {
      const reason = `the Docker engine at ${engine.name} does not answer yet: ${info.error.message}`;
      if (reason !== known) log({ level: 'warn', event: 'docker-host', message: reason });
      timers.after(RETRY, () => void this.meet(engine, settings, reason));
      return;
    }
    const other = this.engineIds.get(info.value.id);
    if (other !== undefined) {
      const message = `${engine.name} is the same Docker engine as ${other}; it is used once`;
      log({ level: 'error', event: 'docker-host', message });
      return;
    }
    this.engineIds.set(info.value.id, engine.name);
    const host = new DrivenHost(agentOf(settings, info.value), settings, ['docker']);
    this.options.hosts.addHost(host);
    this.options.hosts.addStation(host, this.station(engine, host.id, info.value.cpus));
    const facts = { agentId: host.id, version: info.value.version };
    log({ level: 'info', event: 'docker-host', message: `Docker at ${engine.name}`, facts });
  }

  /** Nothing is changed there once the lease has ended: its successor may be at it. */
  private engineAt(address: EngineAddress): Engine {
    return new Engine(address, ENGINE_DEADLINES, () => this.options.hosts.leads());
  }

  /** All executors keep their logs in one folder: the first one sweeps for all. */
  private sweepLater(executor: DockerExecutor): void {
    if (this.sweeping) return;
    this.sweeping = true;
    const sweep = (): void => {
      void executor.sweep(this.options.retention);
      this.options.timers.after(SWEEP_EVERY, sweep);
    };
    this.options.timers.after(SWEEP_EVERY, sweep);
  }

  private station(engine: Engine, agentId: AgentId, engineCpus: number): Station {
    const { hosts, clock, timers, fetcher, dataDir, dockerConfig, cluster } = this.options;
    const { launchTimeout: stagingDeadline } = this.options;
    const executor = new DockerExecutor({
      engine,
      cluster,
      clock,
      fetcher,
      engineCpus,
      logDir: join(dataDir, 'container-logs'),
      ...(dockerConfig === undefined ? {} : { dockerConfig }),
    });
    this.sweepLater(executor);
    const driver = new HostDriver({
      agentId,
      executor,
      clock,
      timers,
      statuses: (status: TaskStatus) => void hosts.hear(status),
      mayStart: () => hosts.leads(),
      limits: { launchesMax: LAUNCHES_MAX, retryAfter: seconds(2), stagingDeadline },
    });
    return {
      kind: 'docker',
      driver,
      commands: executor,
      outputs: executor,
      files: executor.files,
      sessions: executor.sessions,
      volumes: new EngineVolumes(engine),
      gateway: async () => {
        const gateway = await engine.bridgeGateway();
        return gateway.ok ? gateway.value : undefined;
      },
      watch: (listener) => executor.watch(listener),
    };
  }
}

/** By the engine's own id: two addresses of one engine are one agent, a new data root is a new one. */
function agentOf(
  settings: DockerHostSettings,
  info: EngineInfo,
): ConstructorParameters<typeof DrivenHost>[0] {
  const mem = Math.floor(info.memoryBytes / MIB);
  const found = resourcesOf([
    { type: 'SCALAR', name: 'cpus', role: '*', milli: toMilli(info.cpus) },
    { type: 'SCALAR', name: 'mem', role: '*', milli: toMilli(mem - spare(mem)) },
    // An engine does not say how much disk it has.
    { type: 'SCALAR', name: 'disk', role: '*', milli: toMilli(100 * GIB_IN_MIB) },
    { type: 'RANGES', name: 'ports', role: '*', ranges: [{ begin: 31_000, end: 32_000 }] },
  ]);
  const given = settings.resources ?? resourcesOf([]);
  const named = new Set(given.map(({ name }) => name));
  return {
    id: `docker-${info.id.replace(/[^\w-]/g, '-')}` as AgentId,
    hostname: settings.hostname,
    attributes: settings.attributes,
    ...(settings.domain === undefined ? {} : { domain: settings.domain }),
    total: resourcesOf([...given, ...found.filter(({ name }) => !named.has(name))]),
  };
}

/** As Mesos's agent does: 1 GiB stays with the machine, or half where that is less. */
function spare(mem: number): number {
  return Math.floor(Math.min(GIB_IN_MIB, mem / 2));
}
