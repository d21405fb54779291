import { ChanceIdSource, millis, SeededChance, seconds, type AgentId } from '@ekiden/kernel';
import { createMaster, parseResources } from '@ekiden/offers';
import type { FrameworkEvent, FrameworkId, Resources } from '@ekiden/offers';

/** The library embedded in a test, in ten lines: what a framework hears of a pool of one host. */
export function firstTurn(total: Resources): readonly FrameworkEvent[] {
  const chance = new SeededChance(1);
  const ids = new ChanceIdSource(chance);
  const id = 'test' as FrameworkId;
  const turn = createMaster().begin({ now: millis(0), chance, ids, epoch: 1 });
  turn.registerAgent({ id: 'a1' as AgentId, hostname: 'h1.local', attributes: [], total });
  turn.subscribe({ id, name: 'test', roles: ['*'], failoverTimeout: seconds(60) });
  turn.allocate(100);
  const events = turn.takeEvents(id);
  turn.merge();
  return events;
}

/** Mesos's text form, for texts that are known to be right. */
export function resources(text: string): Resources {
  const read = parseResources(text);
  if (!read.ok) throw new Error(`${text}: ${read.error.rule}`);
  return read.value;
}
