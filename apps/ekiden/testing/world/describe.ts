import type { Turn } from '../../src/core/loop/index.js';
import type { Command, Effect, RootChange, TaskSelection } from '../../src/core/turn/index.js';

/** A line per command worth telling. */
export function describeCommand(command: Command): string | undefined {
  switch (command.kind) {
    case 'changeRoot': {
      const { change, force } = command;
      const forced = force ? ' (force)' : '';
      if (change.kind === 'upsertApps') {
        return `user: update ${change.entries.map((e) => `${e.id} ${text(e.app)}`).join(' + ')}${forced}`;
      }
      return `user: ${change.kind} ${change.id}${documentOf(change)}${forced}`;
    }
    case 'tendDeployment':
      return `user: ${command.order} ${short(command.id)}`;
    case 'cancelDeployment':
      return `user: cancel ${short(command.id)}${command.force ? ' (force)' : ''}`;
    case 'killTasks': {
      const { tasks, scale, wipe } = command;
      const whom = whomOf(tasks).map(short).join(' ');
      return `user: kill ${whom}${scale ? ' scale' : ''}${wipe ? ' wipe' : ''}`;
    }
    case 'deleteVolume':
      return `user: delete volume ${command.id}`;
    case 'volumeWiped':
      return `${command.volumeId} is wiped`;
    case 'volumesMeasured':
      return `${command.uses.length} volumes are measured`;
    case 'resetDelay':
      return `user: reset delay of ${command.app}`;
    case 'noteSession':
      return `user: session ${command.note.stage.kind} beside ${short(command.note.taskId)}`;
    case 'setRole':
      return `user: role ${command.role} ${text(command.change)}`;
    case 'tendAgent':
      return `user: ${command.order.kind} ${command.agent}`;
    case 'tendUnknownTask':
      return `user: ${command.order} ${short(command.task)}`;
    case 'hostStatus': {
      const { taskId, state, agentId } = command.status;
      return `${agentId}: ${short(taskId)} ${state}`;
    }
    case 'agentRegistered':
      return `${command.agent.id}: registered`;
    case 'agentUnreachable':
      return `${command.agentId}: unreachable`;
    case 'hostRecovered':
      return `${command.agentId}: found ${command.found.map((f) => short(f.taskId)).join(' ')}`;
    case 'readinessResult':
      return `probe: ${short(command.taskId)} answers ${command.response?.status ?? 'nothing'}`;
    case 'healthResult':
      return command.ok ? undefined : `probe: ${short(command.taskId)} is not well`;
    case 'routesConfirmed':
      return `routers: follow turn ${command.generation}`;
    case 'trafficSeen':
      return undefined;
    case 'hookResult':
      return `hook ${command.key}: ${command.ok ? 'well' : command.reason}`;
    case 'hookOutput':
      return undefined;
    case 'planMaintenance':
      return 'user: plan maintenance';
    case 'enforceRole':
    case 'wake':
      return undefined;
  }
}

export function describeEffect(effect: Effect): string | undefined {
  if (effect.kind === 'acknowledge') return undefined;
  const what = effect.kind === 'wipeVolume' ? effect.volumeId : short(effect.taskId);
  return `-> ${effect.agentId}: ${effect.kind} ${what}`;
}

/** What a turn decided, in lines. */
export function describeTurn(turn: Turn): string[] {
  return turn.events.flatMap(({ event }) => {
    if (event.type === 'deployment_info' || event.type === 'deployment_step_success') {
      const actions = event.currentStep.actions
        .map(({ action, app, pod }) => `${action} ${app ?? pod ?? ''}`)
        .join(', ');
      return [`  ${event.type} ${short(event.plan.id)} [${actions}]`];
    }
    if (event.type === 'deployment_success') return [`  ${event.type} ${short(event.id)}`];
    if (event.type === 'deployment_failed') {
      return [`  ${event.type} ${short(event.id)}: ${event.reason}`];
    }
    if (event.type === 'deployment_paused') {
      return [`  ${event.type} ${short(event.id)}: ${event.reason ?? ''}`];
    }
    if (event.type === 'deployment_rollout_changed') {
      return [`  ${event.scope} is ${event.phase} in ${short(event.id)}`];
    }
    if (event.type !== 'instance_changed_event') return [];
    return [`  ${short(event.instanceId)} is ${event.condition} on ${event.host ?? '-'}`];
  });
}

function documentOf(change: RootChange): string {
  if ('app' in change) return ` ${text(change.app)}`;
  return 'pod' in change ? ` ${text(change.pod)}` : '';
}

function whomOf(tasks: TaskSelection): readonly string[] {
  switch (tasks.by) {
    case 'ids':
    case 'instances':
      return tasks.ids;
    case 'app':
      return [tasks.app];
    case 'appTask':
      return [tasks.task];
    case 'instance':
      return [tasks.id];
  }
}

function text(app: object): string {
  return JSON.stringify(app).replaceAll('"', '');
}

/** Ids of instances and tasks without what is the same in all of them. */
function short(id: string): string {
  const at = id.indexOf('.instance-');
  if (id.startsWith('/')) return id;
  if (at < 0) return id.slice(0, 8);
  const incarnation = /_app\.(\d+)$/.exec(id)?.[1];
  const name = `${id.slice(0, at)}#${id.slice(at + 10, at + 18)}`;
  return incarnation === undefined ? name : `${name}.${incarnation}`;
}
