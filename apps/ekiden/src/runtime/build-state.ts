import { isTerminalTaskState, millis, type IdSource, type Millis } from '@ekiden/kernel';
import { createMaster, type Allocator, type FrameworkId } from '@ekiden/offers';
import { appIdOfTask } from '../core/instance/index.js';
import { leavingOf } from '../core/reconcile/index.js';
import {
  DEFAULT_SETTINGS,
  FRAMEWORK_NAME,
  appVersionKey,
  emptyMemory,
  emptyRows,
  type LeaderMemory,
  type OrchestratorSettings,
  type ServiceState,
} from '../core/turn/index.js';
import type { StoredState } from '../ports/index.js';

/** The leader's memory from what is stored: everything is to be looked at once. */
export function buildState(
  stored: StoredState,
  options: {
    readonly epoch: number;
    readonly ids: IdSource;
    readonly now: Millis;
    readonly settings?: Pick<OrchestratorSettings, 'agentSilence'>;
    /** Who decides about offers; absent = the master's own choice. */
    readonly allocator?: Allocator | undefined;
  },
): ServiceState {
  const rows = emptyRows();
  for (const app of stored.apps) {
    rows.apps.put(app.id, app);
    rows.appVersions.put(appVersionKey(app.id, app.version), app);
  }
  for (const group of stored.groups) rows.groups.put(group.id, group);
  for (const app of stored.appVersions) {
    rows.appVersions.put(appVersionKey(app.id, app.version), app);
  }
  for (const instance of stored.instances) rows.instances.put(instance.id, instance);
  for (const deployment of stored.deployments) rows.deployments.put(deployment.id, deployment);
  for (const delay of stored.launchDelays) rows.launchDelays.put(delay.id, delay);
  for (const failure of stored.taskFailures) rows.taskFailures.put(failure.appId, failure);

  const { allocator } = options;
  const master = createMaster(allocator === undefined ? {} : { allocator });
  master.restore(stored);
  const memory = emptyMemory();
  for (const { id } of stored.apps) memory.dirty.add(id);
  for (const { appId } of stored.instances) memory.dirty.add(appId);
  for (const { plan, status } of stored.deployments) {
    if (status === 'running') for (const { id } of plan.changes) memory.dirty.add(id);
  }
  for (const agent of stored.agents) {
    const leaving = leavingOf(agent);
    if (leaving !== undefined) memory.leaving.put(agent.id, leaving);
  }
  noteOrphans(stored, memory);
  const { agentSilence } = options.settings ?? DEFAULT_SETTINGS;
  if (stored.agents.length > 0) memory.silenceEnds = millis(options.now + agentSilence);
  const framework = stored.frameworks.find(({ info }) => info.name === FRAMEWORK_NAME);
  return {
    rows,
    master,
    memory,
    frameworkId: framework?.id ?? (`${options.ids.random()}-0000` as FrameworkId),
    epoch: options.epoch,
    rootVersion: stored.rootVersion,
    turn: stored.turn,
    lastEvent: stored.lastEvent,
    masterDeadline: undefined,
  };
}

/** Living tasks that no instance owns: given up while their host was lost, and back since. */
function noteOrphans(stored: StoredState, memory: LeaderMemory): void {
  const ours = stored.frameworks.find(({ info }) => info.name === FRAMEWORK_NAME)?.id;
  const owned = new Set(stored.instances.flatMap(({ task }) => task?.id ?? []));
  for (const { id, frameworkId, state } of stored.tasks) {
    const lives = !isTerminalTaskState(state) && state !== 'TASK_UNREACHABLE';
    if (frameworkId !== ours || owned.has(id) || !lives) continue;
    const appId = appIdOfTask(id);
    memory.orphans.put(id, { taskId: id, appId });
    memory.dirty.add(appId);
  }
}
