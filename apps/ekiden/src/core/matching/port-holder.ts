import type { AgentId } from '@ekiden/kernel';
import { containsRanges, NO_RESOURCES, rangesOf, type MasterState } from '@ekiden/offers';
import type { Instance } from '../instance/index.js';
import type { PortHolder } from './refusal.js';

/** What is known of who uses what on agents. */
export interface PortBooks {
  readonly instances: { by(index: 'agent', value: string): readonly Instance[] };
  readonly master: { readonly state: Pick<MasterState, 'withheld' | 'agents'> };
}

/** Who has a host port of an agent; `undefined` where nobody of whom we know. */
export function holderOfPort(
  books: PortBooks,
  agentId: AgentId,
  port: number,
): PortHolder | undefined {
  for (const { appId, task } of books.instances.by('agent', agentId)) {
    if (task?.hostPorts.includes(port) === true) return { kind: 'task', taskId: task.id, appId };
  }
  const { agents, withheld } = books.master.state;
  const held = withheld.get(agentId)?.ports ?? [];
  if (held.some((each) => each.port === port)) return { kind: 'foreign' };
  const ranges = rangesOf(agents.get(agentId)?.total ?? NO_RESOURCES, 'ports');
  return containsRanges(ranges, [{ begin: port, end: port }]) ? undefined : { kind: 'notOffered' };
}
