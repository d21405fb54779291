import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { millis, seconds, type Clock, type TaskStatus } from '@ekiden/kernel';
import { Fetcher } from '@ekiden/fetcher';
import { HostDriver, type Retention, type Timers } from '@ekiden/host';
import { LocalVolumes, ProcessExecutor, type HostLog } from '@ekiden/host-process';
import {
  DrivenHost,
  DrivenHosts,
  SimulatedHosts,
  localAgent,
  simulatedAgents,
} from '../adapters/hosts/index.js';
import { TaskProber } from '../adapters/health/index.js';
import type { HealthProber, Hosts, Log } from '../ports/index.js';
import type { DockerHostEntry, Settings } from '../settings/index.js';

type HostSettings = Pick<
  Settings,
  | 'agentAttributes'
  | 'agentDomain'
  | 'agentResources'
  | 'agentTimeoutSeconds'
  | 'dataDir'
  | 'diskReservePercent'
  | 'dockerConfig'
  | 'dockerHosts'
  | 'fetchRoot'
  | 'hostname'
  | 'isolation'
  | 'launchTimeoutSeconds'
  | 'reconcileSeconds'
  | 'sandboxesKeptHours'
  | 'sandboxesKeptMb'
  | 'serviceAddress'
  | 'simulatedAgents'
>;

export interface HostTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** For the executors. */
  readonly hostLog: HostLog;
}

/** Sandboxes of ended tasks at most, whatever their size. */
const REMAINS_MAX = 10_000;
const SWEEP_EVERY = millis(30_000);
const LOOPBACK = '127.0.0.1';

/** Hosts, and who asks the tasks on them whether they are well. */
export interface OpenHosts {
  readonly hosts: Hosts;
  readonly prober: HealthProber;
}

/** This machine and the Docker engines, or as many simulated agents as the settings ask for. */
export async function openHosts(settings: HostSettings, tools: HostTools): Promise<OpenHosts> {
  const { agentResources: resources, agentAttributes: attributes } = settings;
  if (settings.simulatedAgents > 0) {
    const agents = simulatedAgents(settings.simulatedAgents, { resources, attributes });
    const simulated = new SimulatedHosts({ agents, ...tools });
    return { hosts: simulated, prober: simulated };
  }
  const fetcher = await Fetcher.open({
    cacheDir: join(settings.dataDir, 'fetched'),
    fetchRoot: settings.fetchRoot,
    clock: tools.clock,
    log: tools.hostLog,
  });
  const { agentTimeoutSeconds: patience } = settings;
  const hosts: DrivenHosts = new DrivenHosts({
    ...tools,
    patience: seconds(patience),
    lookEvery: seconds(settings.reconcileSeconds),
    connect: (cluster) => void connectDocker({ hosts, host, fetcher, cluster }, settings, tools),
  });
  const host = await addThisMachine(hosts, fetcher, settings, tools);
  return { hosts, prober: new TaskProber(hosts) };
}

/** The process executor of this machine; its Docker engine joins when the cluster is known. */
async function addThisMachine(
  hosts: DrivenHosts,
  fetcher: Fetcher,
  settings: HostSettings,
  tools: HostTools,
): Promise<DrivenHost> {
  const { dataDir, fetchRoot, hostname, isolation } = settings;
  const { clock, timers, hostLog: log } = tools;
  const executor = await ProcessExecutor.open({
    dataDir,
    fetchRoot,
    clock,
    log,
    fetcher,
    isolation,
  });
  const info = await localAgent({
    dataDir,
    hostname,
    resources: settings.agentResources,
    attributes: settings.agentAttributes,
    domain: settings.agentDomain,
  });
  const driver = new HostDriver({
    agentId: info.id,
    executor,
    clock,
    timers,
    statuses: (status: TaskStatus) => void hosts.hear(status),
    ipAddresses: [LOOPBACK],
    mayStart: () => hosts.leads(),
    limits: { stagingDeadline: seconds(settings.launchTimeoutSeconds) },
  });
  const withDocker = settings.dockerHosts.kind === 'local';
  const addresses = { hostPorts: LOOPBACK, services: undefined };
  const host = new DrivenHost(info, addresses, [
    'process',
    ...(withDocker ? ['docker' as const] : []),
  ]);
  hosts.addHost(host);
  const volumes = new LocalVolumes(dataDir);
  hosts.addStation(host, {
    ...{ kind: 'process', driver, commands: executor, outputs: executor },
    ...{ files: executor.files, sessions: executor.sessions, volumes },
  });
  const sweep = (): void => {
    void executor.sweep(retentionOf(settings), settings.diskReservePercent).catch(() => undefined);
    timers.after(SWEEP_EVERY, sweep);
  };
  timers.after(SWEEP_EVERY, sweep);
  return host;
}

interface DockerParts {
  readonly hosts: DrivenHosts;
  readonly host: DrivenHost;
  readonly fetcher: Fetcher;
  readonly cluster: string;
}

/** Loaded now and not before: the engine's client is large, and the service answers without it. */
async function connectDocker(
  { host, ...parts }: DockerParts,
  settings: HostSettings,
  tools: HostTools,
): Promise<void> {
  const { dockerHosts: rule, dataDir, dockerConfig } = settings;
  if (rule.kind === 'none') return;
  const disks = new LocalVolumes(dataDir);
  const { DockerHosts } = await import('../adapters/hosts/docker-hosts.js');
  const launchTimeout = seconds(settings.launchTimeoutSeconds);
  const engines = new DockerHosts({
    ...parts,
    ...tools,
    dataDir,
    dockerConfig,
    launchTimeout,
    disks,
    retention: retentionOf(settings),
  });
  if (rule.kind === 'local') {
    engines.addLocal(host, rule.address, availableParallelism());
    return;
  }
  for (const entry of rule.entries) engines.addAgent(withDefaults(entry, settings));
}

/** What is kept of tasks that are over. */
function retentionOf(settings: HostSettings): Retention {
  return {
    keepFor: millis(settings.sandboxesKeptHours * 3_600_000),
    maxCount: REMAINS_MAX,
    maxBytes: settings.sandboxesKeptMb * 1_048_576,
  };
}

function withDefaults(entry: DockerHostEntry, settings: HostSettings) {
  const { address } = entry;
  const remote = address.kind === 'tcp' ? address.host : undefined;
  return {
    ...entry,
    hostname: entry.hostname ?? remote ?? settings.hostname,
    hostPorts: entry.hostPorts ?? remote ?? LOOPBACK,
    services: entry.services ?? (remote === undefined ? undefined : openAddress(settings)),
  };
}

/** Where machines other than this one find its service ports. */
function openAddress({ serviceAddress, hostname }: HostSettings): string {
  const special =
    serviceAddress.startsWith('127.') || ['0.0.0.0', '::', '::1'].includes(serviceAddress);
  return special ? hostname : serviceAddress;
}
