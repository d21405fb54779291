import { existsSync } from 'node:fs';
import type { EngineSlot } from './engine-slot.js';
import { runCommand } from './run-command.js';

/**
 * A network namespace of the engine's own and a cable (veth pair) into it. There is no route out of
 * it but to this machine's end of the cable: an engine under test reaches no registry.
 */
export async function makeNetwork(slot: EngineSlot): Promise<void> {
  const { namespace, link } = slot;
  await ip('netns', 'add', namespace);
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
  await ip('addr', 'add', `${slot.hostAddress}/24`, 'dev', link);
  await ip('link', 'set', link, 'up');
  await ip('-n', namespace, 'addr', 'add', `${slot.address}/24`, 'dev', 'eth0');
  await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  await ip('-n', namespace, 'link', 'set', 'lo', 'up');
}

/** The cable goes first: a namespace takes its interfaces along only some time after it is gone. */
export async function removeNetwork({ namespace, link }: EngineSlot): Promise<void> {
  if (existsSync(`/sys/class/net/${link}`)) await ip('link', 'del', link);
  if (existsSync(`/run/netns/${namespace}`)) await ip('netns', 'del', namespace);
}

async function ip(...args: readonly string[]): Promise<void> {
  await runCommand('ip', ...args);
}
