import type { DomainEvent } from '../../src/core/events/index.js';
import type { Reply } from '../../src/core/turn/index.js';
import type { Names } from './names.js';

/** An event as a line; `undefined` where others say the same. */
export function tellEvent(event: DomainEvent, names: Names): string | undefined {
  switch (event.type) {
    case 'deployment_info':
    case 'deployment_step_success':
    case 'deployment_step_failure': {
      const actions = event.currentStep.actions.map(tellAction);
      return `${event.type} ${names.deployment(event.plan.id)} [${actions.join(', ')}]`;
    }
    case 'deployment_success':
      return `deployment_success ${names.deployment(event.id)}`;
    case 'deployment_paused':
    case 'deployment_resumed':
    case 'deployment_queued':
    case 'deployment_dequeued':
      return `${event.type} ${names.deployment(event.id)}`;
    case 'deployment_rollout_changed':
      return `${event.type} ${names.deployment(event.id)} ${event.scope} ${event.phase}`;
    case 'deployment_rolling_back':
    case 'deployment_rollout_condemned':
      return `${event.type} ${names.deployment(event.id)}: ${event.reason}`;
    case 'deployment_failed':
      return `deployment_failed ${names.deployment(event.id)}: ${event.reason}`;
    case 'instance_changed_event': {
      const where = event.host === null ? '' : ` on ${event.host}`;
      const name = names.instance(event.instanceId);
      // The same condition again: what has changed is what is wanted of it.
      const again = names.isTold(event.instanceId, event.condition);
      return again ? `${name} is given up` : `${name} ${event.condition}${where}`;
    }
    case 'unhealthy_instance_kill_event':
      return `${names.instance(event.instanceId)} is replaced: ${event.reason}`;
    case 'health_kills_suspended_event':
      return `health kills of ${event.appId} are suspended: ${event.reason}`;
    case 'preemption_notice_event': {
      const what = event.state === 'given' ? `is to make room for ${event.forApp}` : 'may stay';
      return `${names.instance(event.instanceId)} ${what}`;
    }
    case 'agent_changed_event':
      return `agent ${event.hostname} is ${event.state}`;
    case 'hook_started':
      return `hook ${event.at} of ${event.appId} begins`;
    case 'hook_finished':
      return `hook ${event.at} of ${event.appId} is ${event.ok === true ? 'well' : 'failed'}`;
    case 'app_terminated_event':
      return `app_terminated_event ${event.appId}`;
    case 'api_post_event':
    case 'add_health_check_event':
    case 'failed_health_check_event':
    case 'group_change_failed':
    case 'group_change_success':
    case 'health_status_changed_event':
    case 'instance_health_changed_event':
    case 'instance_kill_ordered_event':
    case 'task_kill_overdue_event':
    case 'pod_created_event':
    case 'pod_deleted_event':
    case 'pod_updated_event':
    case 'remove_health_check_event':
    case 'role_changed_event':
    case 'scheduler_disconnected_event':
    case 'scheduler_registered_event':
    case 'scheduler_reregistered_event':
    case 'status_update_event':
    case 'task_session_event':
    case 'unknown_instance_terminated_event':
    case 'unknown_task_changed_event':
    case 'volume_use_changed_event':
      return undefined;
  }
}

interface ToldAction {
  readonly action: string;
  readonly app?: string;
  readonly pod?: string;
}

/** `ScaleApplication /a`, `ScalePod /p`. */
function tellAction({ action, app, pod }: ToldAction): string {
  return `${action} ${app ?? pod ?? ''}`;
}

export function tellReply(reply: Reply, names: Names): string {
  switch (reply.kind) {
    case 'deployed':
      return `deployed as ${names.deployment(reply.deploymentId)}`;
    case 'killed':
      return `killed ${reply.instances.map(({ id }) => names.instance(id)).join(' ')}`;
    case 'done':
    case 'planned':
    case 'unchanged':
    case 'volumeDeletion':
      return reply.kind;
    case 'queued':
      return `queued as ${names.deployment(reply.deploymentId)}`;
    case 'locked':
      return `locked by ${reply.deployments.map((id) => names.deployment(id)).join(' ')}`;
    case 'invalid':
      return `invalid: ${reply.violations.map((v) => `${v.path} ${v.message}`).join('; ')}`;
    case 'badRequest':
    case 'conflict':
    case 'exists':
    case 'moved':
    case 'notFound':
    case 'quarantined':
    case 'unavailable':
    case 'unprocessable':
      return `${reply.kind}: ${reply.message}`;
  }
}
