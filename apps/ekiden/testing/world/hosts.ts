import type { ManualClock } from '@ekiden/kernel';
import { chanceFor, type VirtualScheduler } from '@ekiden/testkit';
import type { WorldCommand } from '../../src/core/turn/index.js';
import { agentOf } from './agents.js';
import type { Faults } from './faults.js';
import { SimulatedHost } from './simulated-host.js';

const HOSTS = 4;
const HOST_SIZE = 'cpus:8;mem:8192;disk:10000;ports:[31000-31199]';

export interface HostsOptions {
  readonly seed: number;
  readonly clock: ManualClock;
  readonly scheduler: VirtualScheduler;
  readonly faults: Faults;
  /** Tasks whose process was started, and where; kept up to date. */
  readonly started: Map<string, string>;
  readonly tell: (command: WorldCommand) => void;
  readonly note: (text: string) => void;
  readonly demand: (rule: string, sentences: readonly string[]) => void;
}

/** The hosts of a world, two in each rack. */
export function simulatedHosts(options: HostsOptions): readonly SimulatedHost[] {
  return Array.from({ length: HOSTS }, (_, index) => hostOf(index, options));
}

/** What befalls a host in a step of its world. */
export function mayFail(host: SimulatedHost, faults: Faults): void {
  if (faults.strikes('partition')) host.partition();
  if (faults.strikes('freeze')) host.freeze();
  if (faults.strikes('lookAgain')) host.lookAgain();
  if (faults.strikes('reboot')) host.reboot();
  if (faults.strikes('wipe')) host.wipe();
}

function hostOf(
  index: number,
  { seed, clock, scheduler, faults, started, tell, note, demand }: HostsOptions,
): SimulatedHost {
  const host: SimulatedHost = new SimulatedHost({
    agent: agentOf(index, HOST_SIZE, `rack:${index < 2 ? 'a' : 'b'}`),
    clock,
    scheduler,
    chance: chanceFor(seed, `host ${index}`),
    faults,
    tell,
    note,
    onFenced: (task) => {
      demand('launches-of-this-term', [`${task} bears an older term`]);
    },
    onWipedInUse: (volume, task) => {
      demand('data-in-use-stays', [`${volume} is wiped under ${task}`]);
    },
    onStart: (task) => {
      const before = started.get(task);
      started.set(task, host.id);
      if (before === undefined || (before === host.id && host.hasForgotten(task))) return;
      demand('started-once', [`${task} on ${before}, again on ${host.id}`]);
    },
  });
  return host;
}
