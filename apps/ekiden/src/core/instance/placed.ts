import type { AgentId, Millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { isTerminal } from './conditions.js';
import type { Instance } from './instance.js';
import type { CountedInstances } from './standing.js';

const NONE: readonly string[] = [];

/** Key of the row that was asked for last: a changed row mostly stands where it stood before. */
let last = { appId: '' as PathId, config: 0 as Millis, agentId: '' as AgentId, values: NONE };

/** The tally `placed`: living instances of a configuration of an app on an agent. */
export function placedTally(instance: Instance): readonly string[] {
  const { appId, configVersion: config, condition, task } = instance;
  if (task === undefined || isTerminal(condition)) return NONE;
  const { agentId } = task;
  if (last.appId !== appId || last.config !== config || last.agentId !== agentId) {
    last = { appId, config, agentId, values: [placedKey(appId, config, agentId)] };
  }
  return last.values;
}

/** How many living instances of a configuration (`lastConfigChangeAt`) of an app an agent has. */
export function countPlaced(
  instances: Pick<CountedInstances, 'tally'>,
  app: PathId,
  { config, agentId }: { readonly config: Millis; readonly agentId: AgentId },
): number {
  return instances.tally('placed', placedKey(app, config, agentId));
}

function placedKey(app: PathId, config: Millis, agentId: AgentId): string {
  return `${agentId} ${app}@${config}`;
}
