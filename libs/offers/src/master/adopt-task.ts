import { err, ok, type AgentId, type Result, type TaskId } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';
import {
  NO_RESOURCES,
  containsResources,
  formatResources,
  type Resources,
} from '../resources/index.js';
import type { Draft } from './draft.js';

/** A task that runs on an agent and of which there is no row. */
export interface FoundRunning {
  readonly taskId: TaskId;
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  readonly name: string;
  readonly resources: Resources;
  /** Of the leadership term that launched it. */
  readonly epoch: number;
}

/**
 * Takes a task into the books that runs already: its resources count as used from now on, and its
 * framework hears of it by statuses. The error is a phrase: why that cannot be.
 */
export function adoptTask(draft: Draft, found: FoundRunning): Result<void, string> {
  const { taskId, frameworkId, role, agentId, name, resources, epoch } = found;
  const agent = draft.agents.get(agentId);
  const books = draft.allocator.agent(agentId);
  if (draft.tasks.has(taskId)) return err('there is a task of this id');
  if (draft.frameworks.get(frameworkId) === undefined) return err('its framework is not known');
  if (agent?.registered !== true || !agent.reachable || books === undefined) {
    return err('its agent does not answer');
  }
  draft.discardOffersOfAgent(agentId, 'a task was found there');
  const free = draft.allocator.agent(agentId)?.available ?? NO_RESOURCES;
  if (!containsResources(free, resources)) {
    return err(`it needs ${formatResources(resources)} and ${formatResources(free)} is free there`);
  }
  const { now } = draft.ctx;
  draft.allocator.reduce({ kind: 'allocated', frameworkId, role, agentId, resources });
  draft.tasks.put(taskId, {
    id: taskId,
    frameworkId,
    role,
    agentId,
    name,
    resources,
    state: 'TASK_RUNNING',
    info: null,
    epoch,
    launchedAt: now,
    statusAt: now,
  });
  draft.touched.add(agentId);
  return ok(undefined);
}
