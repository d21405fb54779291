import {
  eachInSteps,
  isTerminalTaskState,
  millis,
  runSteps,
  type IdSource,
  type Millis,
  type Steps,
  type TaskId,
} from '@ekiden/kernel';
import { createMaster, type Allocator, type FrameworkId } from '@ekiden/offers';
import type { PathId } from '../core/app/index.js';
import { changeIn, retiringIn, twinsOf } from '../core/deployment/index.js';
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

export interface BuildOptions {
  readonly epoch: number;
  readonly ids: IdSource;
  readonly now: Millis;
  readonly settings?: Pick<OrchestratorSettings, 'agentSilence' | 'maintenance'>;
  /** Who decides about offers; absent = the master's own choice. */
  readonly allocator?: Allocator | undefined;
}

/** The leader's memory from what is stored: everything is to be looked at once. */
export function buildState(stored: StoredState, options: BuildOptions): ServiceState {
  return runSteps(stateInSteps(stored, options));
}

/** The same for a hundred thousand instances: the event loop goes on meanwhile (ADR 0040). */
export function* stateInSteps(stored: StoredState, options: BuildOptions): Steps<ServiceState> {
  const rows = emptyRows();
  yield* eachInSteps(stored.apps, (app) => {
    rows.apps.put(app.id, app);
    rows.appVersions.put(appVersionKey(app.id, app.version), app);
  });
  yield* eachInSteps(stored.groups, (group) => rows.groups.put(group.id, group));
  for (const app of stored.appVersions) {
    rows.appVersions.put(appVersionKey(app.id, app.version), app);
  }
  yield* eachInSteps(stored.instances, (instance) => rows.instances.put(instance.id, instance));
  const retiring = new Set<PathId>();
  for (const deployment of stored.deployments) {
    rows.deployments.put(deployment.id, deployment);
    for (const id of retiringIn(deployment)) retiring.add(id);
    // Of two generations the old one is kept up also when none of it is left for a moment.
    for (const id of twinsOf(deployment)) {
      const before = changeIn(deployment.plan, id)?.before;
      if (before !== undefined) rows.appVersions.put(appVersionKey(id, before.version), before);
    }
  }
  for (const delay of stored.launchDelays) rows.launchDelays.put(delay.id, delay);
  for (const failure of stored.taskFailures) rows.taskFailures.put(failure.appId, failure);
  for (const task of stored.unknownTasks) rows.unknownTasks.put(task.taskId, task);

  for (const volume of stored.volumes) rows.volumes.put(volume.id, volume);

  const { allocator } = options;
  const master = createMaster(allocator === undefined ? {} : { allocator });
  yield* master.restoreInSteps(stored);
  const memory = emptyMemory();
  for (const { id } of stored.apps) memory.dirty.add(id);
  for (const id of retiring) memory.dirty.add(id);
  for (const { appId } of stored.instances) memory.dirty.add(appId);
  for (const { appId } of stored.volumes) memory.dirty.add(appId);
  for (const { plan, status } of stored.deployments) {
    if (status === 'running') for (const { id } of plan.changes) memory.dirty.add(id);
  }
  const { maintenance } = options.settings ?? DEFAULT_SETTINGS;
  if (stored.agents.some(({ unavailability }) => unavailability !== undefined)) {
    memory.windowsNext = options.now;
  }
  for (const agent of stored.agents) {
    const leaving = leavingOf(agent, { now: options.now, maintenance });
    if (leaving !== undefined) memory.leaving.put(agent.id, leaving);
  }
  yield* noteOrphans(stored, memory);
  const { agentSilence } = options.settings ?? DEFAULT_SETTINGS;
  if (stored.agents.length > 0) memory.silenceEnds = millis(options.now + agentSilence);
  const framework = stored.frameworks.find(({ info }) => info.name === FRAMEWORK_NAME);
  return {
    rows,
    master,
    memory,
    frameworkId: framework?.id ?? (`${options.ids.random()}-0000` as FrameworkId),
    epoch: options.epoch,
    blindSpot: { from: stored.lastCommitAt, until: options.now, launched: notHeardFrom(stored) },
    lastCommitAt: stored.lastCommitAt,
    rootVersion: stored.rootVersion,
    turn: stored.turn,
    lastEvent: stored.lastEvent,
    masterDeadline: undefined,
  };
}

function notHeardFrom({ instances }: StoredState): ReadonlySet<TaskId> {
  const found = new Set<TaskId>();
  for (const { task } of instances) {
    if (task !== undefined && task.startedAt === undefined) found.add(task.id);
  }
  return found;
}

/** Living tasks that no instance owns: given up while their host was lost, and back since. */
function* noteOrphans(stored: StoredState, memory: LeaderMemory): Steps<void> {
  const ours = stored.frameworks.find(({ info }) => info.name === FRAMEWORK_NAME)?.id;
  const owned = new Set<TaskId>();
  yield* eachInSteps(stored.instances, ({ task }) => {
    if (task !== undefined) owned.add(task.id);
  });
  yield* eachInSteps(stored.tasks, ({ id, frameworkId, state }) => {
    const lives = !isTerminalTaskState(state) && state !== 'TASK_UNREACHABLE';
    if (frameworkId !== ours || owned.has(id) || !lives) return;
    const appId = appIdOfTask(id);
    memory.orphans.put(id, { taskId: id, appId });
    memory.dirty.add(appId);
  });
}
