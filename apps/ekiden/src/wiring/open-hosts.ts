import { millis, type Clock, type TaskStatus } from '@ekiden/kernel';
import { HostDriver, type Timers } from '@ekiden/host';
import { ProcessExecutor, type HostLog } from '@ekiden/host-process';
import type { Attribute, Resources } from '@ekiden/offers';
import {
  DrivenHosts,
  SimulatedHosts,
  localAgent,
  simulatedAgents,
} from '../adapters/hosts/index.js';
import { TaskProber } from '../adapters/health/index.js';
import type { HealthProber, Hosts, Log } from '../ports/index.js';

export interface HostSettings {
  readonly dataDir: string;
  readonly hostname: string;
  readonly fetchRoot: string;
  readonly agentResources: Resources | undefined;
  readonly agentAttributes: readonly Attribute[];
  readonly simulatedAgents: number;
}

export interface HostTools {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** For the executor. */
  readonly hostLog: HostLog;
}

/** Sandboxes of ended tasks are kept this long, and at most so many of them. */
const RETENTION = { keepFor: millis(24 * 3_600_000), maxCount: 1_000 } as const;
const SWEEP_EVERY = millis(600_000);

/** Hosts, and who asks the tasks on them whether they are well. */
export interface OpenHosts {
  readonly hosts: Hosts;
  readonly prober: HealthProber;
}

/** This machine, or as many simulated ones as the settings ask for. */
export async function openHosts(settings: HostSettings, tools: HostTools): Promise<OpenHosts> {
  const { agentResources: resources, agentAttributes: attributes } = settings;
  if (settings.simulatedAgents > 0) {
    const agents = simulatedAgents(settings.simulatedAgents, { resources, attributes });
    const simulated = new SimulatedHosts({ agents, ...tools });
    return { hosts: simulated, prober: simulated };
  }
  const hosts = new DrivenHosts(tools);
  const executor = await ProcessExecutor.open({
    dataDir: settings.dataDir,
    fetchRoot: settings.fetchRoot,
    clock: tools.clock,
    log: tools.hostLog,
  });
  const agent = await localAgent({
    dataDir: settings.dataDir,
    hostname: settings.hostname,
    resources,
    attributes,
  });
  const driver = new HostDriver({
    agentId: agent.id,
    executor,
    clock: tools.clock,
    timers: tools.timers,
    statuses: (status: TaskStatus) => void hosts.hear(status),
    ipAddresses: ['127.0.0.1'],
  });
  hosts.add({ agent, driver, commands: executor });
  const sweep = (): void => {
    void executor.sweep(RETENTION);
    tools.timers.after(SWEEP_EVERY, sweep);
  };
  tools.timers.after(SWEEP_EVERY, sweep);
  return { hosts, prober: new TaskProber(hosts) };
}
