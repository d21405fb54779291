import type { AgentId } from '@ekiden/kernel';
import { parseAttributes, parseResources, type AgentInfo } from '@ekiden/offers';

/** Agent number `index + 1` (`agent-1` on host `h1`), from Mesos's resource and attribute texts. */
export function agentOf(index: number, resources: string, attributes = ''): AgentInfo {
  const total = parseResources(resources);
  const parsed = parseAttributes(['executors:{docker,process}', attributes].join(';'));
  if (!total.ok || !parsed.ok) throw new Error(`agent ${index}: bad text`);
  return {
    id: `agent-${index + 1}` as AgentId,
    hostname: `h${index + 1}`,
    attributes: parsed.value,
    total: total.value,
  };
}
