import { millis } from '@ekiden/kernel';
import type { TaskCommand, TaskSpec } from '@ekiden/host';
import { toMilli } from '@ekiden/offers';
import { DEFAULT_KILL_GRACE_SECONDS, isPod, type AppDefinition } from '../app/index.js';
import { instanceIdOfTask } from '../instance/index.js';
import { executorOf } from '../matching/index.js';
import { containerOf } from './container-for.js';
import type { LaunchFacts } from './launch-facts.js';
import { limitsOf } from './limits-of.js';
import { podSpecFor } from './pod-spec-for.js';
import { taskEnvironment } from './task-environment.js';
import { taskVolumeOf } from './task-volume-of.js';

/** What the host is told to run for one instance of an app or a pod. */
export function taskSpecFor(facts: LaunchFacts): TaskSpec {
  const { app } = facts;
  if (isPod(app)) return podSpecFor({ ...facts, app });
  const grace = app.taskKillGracePeriodSeconds ?? DEFAULT_KILL_GRACE_SECONDS;
  return {
    taskId: facts.taskId,
    epoch: facts.epoch,
    executor: executorOf(app),
    command: commandOf(app),
    env: taskEnvironment({
      app,
      taskId: facts.taskId,
      host: facts.host,
      hostPorts: facts.hostPorts,
      enforceRole: facts.enforceRole,
      serviceVariables: facts.serviceVariables,
      chance: facts.chance,
      ...(facts.slot === undefined ? {} : { slot: facts.slot }),
      ...(facts.envVarsPrefix === undefined ? {} : { envVarsPrefix: facts.envVarsPrefix }),
    }),
    fetch: app.fetch,
    ports: facts.hostPorts.flatMap((port) => port ?? []),
    resources: { cpus: toMilli(app.cpus), mem: toMilli(app.mem), disk: toMilli(app.disk) },
    killGracePeriod: millis(grace * 1000),
    ...limitsOf(app),
    ...(app.user === undefined ? {} : { user: app.user }),
    labels: { app: app.id, instance: instanceIdOfTask(facts.taskId) },
    ...containerOf(app, facts.hostPorts),
    ...volumesOf(facts),
    ...hostFoldersOf(app),
  };
}

function volumesOf({ volumes = [] }: LaunchFacts): Pick<TaskSpec, 'volumes'> {
  return volumes.length === 0 ? {} : { volumes: volumes.map(taskVolumeOf) };
}

/** A plain process finds folders of its host, and room of its own, below its sandbox. */
function hostFoldersOf(app: AppDefinition): Pick<TaskSpec, 'shared'> {
  if (executorOf(app) !== 'process') return {};
  const shared = (app.container?.volumes ?? []).flatMap((volume, index) => {
    if (volume.kind !== 'host') return [];
    const { containerPath, hostPath, mode } = volume;
    const outside = hostPath.startsWith('/') ? { hostPath } : {};
    return [{ name: `volume${index}`, path: containerPath, readOnly: mode === 'RO', ...outside }];
  });
  return shared.length === 0 ? {} : { shared };
}

function commandOf(app: AppDefinition): TaskCommand | null {
  if (app.cmd !== undefined) return { kind: 'shell', value: app.cmd };
  if (app.args !== undefined && app.args.length > 0) return { kind: 'argv', value: app.args };
  return null;
}
