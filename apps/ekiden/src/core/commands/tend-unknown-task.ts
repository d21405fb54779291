import { assert, type TaskId } from '@ekiden/kernel';
import { parseResources, type Resources } from '@ekiden/offers';
import { hostPortDemand, isPod, type AppDefinition } from '../app/index.js';
import { unknownTaskChanged } from '../events/index.js';
import {
  incarnationOfTask,
  instanceIdOfTask,
  isTerminal,
  type Instance,
  type InstanceTask,
} from '../instance/index.js';
import type { Reply, TurnContext, UnknownTask } from '../turn/index.js';

/**
 * What an operator decides about a task that is newer than the database: it becomes an instance of
 * its app (of today's configuration; surplus instances then go as in any scaling), or it is killed.
 */
export function tendUnknownTask(
  context: TurnContext,
  { task: id, order }: { readonly task: TaskId; readonly order: 'adopt' | 'remove' },
): Reply {
  const { draft } = context;
  const task = draft.unknownTasks.get(id);
  if (task === undefined) {
    return { kind: 'notFound', message: `Task '${id}' does not wait for a decision` };
  }
  if (order === 'adopt') return adopt(context, task);
  if (task.removing !== true) {
    draft.unknownTasks.put(id, { ...task, removing: true });
    draft.events.push(unknownTaskChanged(task, 'removing'));
  }
  context.effects.push({ kind: 'kill', agentId: task.agentId, taskId: id });
  return { kind: 'done' };
}

function adopt(context: TurnContext, task: UnknownTask): Reply {
  const { draft, master, now, state } = context;
  const app = draft.apps.get(task.appId);
  const refusal = refusalOf(context, task, app);
  if (refusal !== undefined || app === undefined) {
    return {
      kind: 'conflict',
      message: `Task '${task.taskId}' cannot be adopted: ${refusal ?? ''}`,
    };
  }
  const { taskId, agentId, epoch, hostPorts = [] } = task;
  const booked = master.adoptTask({
    taskId,
    frameworkId: state.frameworkId,
    role: app.role,
    agentId,
    name: app.id,
    resources: resourcesFor(app, hostPorts),
    epoch,
  });
  if (!booked.ok) {
    return { kind: 'conflict', message: `Task '${taskId}' cannot be adopted: ${booked.error}` };
  }
  const startedAt = task.startedAt ?? now;
  const addresses = draft.addresses.get(agentId);
  const body: InstanceTask = {
    id: taskId,
    agentId,
    host: task.host,
    ...(addresses === undefined ? {} : { hostAddress: addresses.hostPorts }),
    hostPorts,
    ipAddresses: [],
    state: 'TASK_RUNNING',
    stagedAt: startedAt,
    startedAt,
  };
  const id = instanceIdOfTask(taskId);
  const adopted: Instance = {
    id,
    appId: app.id,
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
    goal: 'Running',
    condition: 'Running',
    incarnation: incarnationOfTask(taskId),
    task: body,
    createdAt: draft.instances.get(id)?.createdAt ?? startedAt,
    since: now,
  };
  draft.putInstance(adopted);
  draft.unknownTasks.remove(taskId);
  draft.events.push(unknownTaskChanged(task, 'adopted'));
  return { kind: 'done' };
}

/** Why it cannot become an instance, a phrase; `undefined` when it can. */
function refusalOf(
  { draft }: TurnContext,
  { appId, hostPorts, removing, taskId }: UnknownTask,
  app: AppDefinition | undefined,
): string | undefined {
  if (removing === true) return 'it is being removed';
  if (app === undefined) return `there is no app ${appId}; create it first, or remove the task`;
  if (isPod(app)) return 'it is part of a pod; remove it';
  const ports = hostPortDemand(app).filter(({ kind }) => kind !== 'none').length;
  if ((hostPorts ?? []).length !== ports) {
    return `it has ${hostPorts?.length ?? 'unknown'} host ports and ${appId} wants ${ports} today`;
  }
  const instance = draft.instances.get(instanceIdOfTask(taskId));
  const runs = instance?.task !== undefined && !isTerminal(instance.condition);
  return runs ? `its instance runs as ${instance.task.id}; kill that one first` : undefined;
}

function resourcesFor(
  { cpus, mem, disk, gpus }: AppDefinition,
  ports: readonly number[],
): Resources {
  const amounts = Object.entries({ cpus, mem, disk, gpus }).filter(([, amount]) => amount > 0);
  const texts = amounts.map(([name, amount]) => `${name}:${amount}`);
  if (ports.length > 0) texts.push(`ports:[${ports.map((port) => `${port}-${port}`).join(',')}]`);
  const parsed = parseResources(texts.join(';'));
  assert(parsed.ok, `resources of an app cannot be read: ${texts.join(';')}`);
  return parsed.value;
}
