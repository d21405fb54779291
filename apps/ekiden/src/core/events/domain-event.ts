import { formatTimestamp, type Millis } from '@ekiden/kernel';
import type { AppDefinition, HealthCheck, PathId } from '../app/index.js';
import {
  concernsPod,
  type Action,
  type AppChange,
  type Deployment,
  type DeploymentPlan,
  type HookRun,
  type RolloutPhase,
  type RolloutProgress,
  type Step,
} from '../deployment/index.js';
import type { Instance } from '../instance/index.js';
import type { QueueEvent } from './queue-event.js';
import type { VolumeEvent } from './volume-event.js';

interface ActionPayload {
  readonly action: Action['kind'];
  /** One of the two. */
  readonly app?: string;
  readonly pod?: string;
}

interface StepPayload {
  readonly actions: readonly ActionPayload[];
}

/** The light form of a plan, the only one since Marathon 1.8 (marathon-api 9.2). */
interface PlanPayload {
  readonly id: string;
  readonly steps: readonly StepPayload[];
  readonly version: string;
}

/** `deployment_step_failure`: the step was under way when its deployment was ended. */
type StepEventType = 'deployment_info' | 'deployment_step_success' | 'deployment_step_failure';

/**
 * What happened, in Marathon's event types and field names (marathon-api 9.2). `eventType` and
 * `timestamp` are added by the outbox; `appDefinition` is canonical and presented at the edge.
 */
export type DomainEvent =
  | { readonly type: 'group_change_success'; readonly groupId: string; readonly version: string }
  | {
      readonly type: 'group_change_failed';
      readonly groupId: string;
      readonly version: string;
      readonly reason: string;
    }
  | {
      readonly type: 'api_post_event';
      readonly clientIp: string;
      readonly uri: string;
      readonly appDefinition: AppDefinition;
    }
  | {
      /** The change was accepted. */
      readonly type: 'pod_created_event' | 'pod_updated_event' | 'pod_deleted_event';
      readonly clientIp: string;
      readonly uri: string;
    }
  | {
      /** A rollout with two generations has come to its next phase. */
      readonly type: 'deployment_rollout_changed';
      readonly id: string;
      readonly scope: string;
      readonly phase: RolloutPhase;
    }
  | {
      /** What has been promoted does worse than it may, and what it took the place of is kept. */
      readonly type: 'deployment_rollout_condemned';
      readonly id: string;
      readonly scope: string;
      readonly reason: string;
    }
  /** By an operator; with a reason: by itself, for that. */
  | {
      readonly type: 'deployment_paused' | 'deployment_resumed';
      readonly id: string;
      readonly reason?: string;
    }
  | QueueEvent
  /** It cannot go on, so another one takes it back. */
  | {
      readonly type: 'deployment_rolling_back';
      readonly id: string;
      /** The deployment that does. */
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly type: StepEventType;
      readonly plan: PlanPayload;
      readonly currentStep: StepPayload;
    }
  | { readonly type: 'deployment_success'; readonly id: string; readonly plan: PlanPayload }
  | {
      readonly type: 'deployment_failed';
      readonly id: string;
      readonly plan: PlanPayload;
      readonly reason: string;
    }
  | {
      readonly type: 'status_update_event';
      readonly slaveId: string;
      readonly taskId: string;
      readonly taskStatus: string;
      readonly message: string;
      readonly appId: string;
      readonly host: string;
      readonly ipAddresses: readonly { readonly ipAddress: string; readonly protocol: string }[];
      readonly ports: readonly number[];
      readonly version: string;
    }
  | {
      readonly type: 'instance_changed_event';
      readonly instanceId: string;
      readonly condition: string;
      readonly runSpecId: string;
      readonly agentId: string | null;
      readonly host: string | null;
      readonly runSpecVersion: string;
    }
  | {
      readonly type: 'unknown_instance_terminated_event';
      readonly instanceId: string;
      readonly runSpecId: string;
      readonly condition: string;
    }
  | { readonly type: 'app_terminated_event'; readonly appId: string }
  | KillEvent
  | UnknownTaskEvent
  | HookEvent
  | {
      /** A version of the app brings this check along. */
      readonly type: 'add_health_check_event';
      readonly appId: string;
      readonly healthCheck: HealthCheck;
      readonly version: string;
    }
  | { readonly type: 'remove_health_check_event'; readonly appId: string }
  | HealthEvent
  | SessionEvent
  | PoolEvent
  | VolumeEvent
  | ConnectionEvent;

/**
 * How we stand with the resource core, which is a part of this service: a term of leadership is a
 * connection. That one was lost is told at the beginning of the next.
 */
export type ConnectionEvent =
  | {
      readonly type: 'scheduler_registered_event';
      readonly frameworkId: string;
      /** Address of the service that leads. */
      readonly master: string;
    }
  | { readonly type: 'scheduler_reregistered_event'; readonly master: string }
  | { readonly type: 'scheduler_disconnected_event' };

/** Hooks of rollouts; types of our own, for those who name them. */
export interface HookEvent {
  readonly type: 'hook_started' | 'hook_finished';
  readonly deploymentId: string;
  readonly at: HookRun['at'];
  /** Whose `rollout` brings the hook. */
  readonly scope: string;
  readonly appId: string;
  readonly slot?: number;
  readonly kind: HookRun['kind'];
  readonly attempt: number;
  /** Only when it has finished. */
  readonly ok?: boolean;
  readonly reason?: string;
}

/** Kills, whoever orders them; types of our own, for those who name them. */
export type KillEvent =
  | {
      readonly type: 'instance_kill_ordered_event';
      readonly appId: string;
      readonly instanceId: string;
      readonly taskId: string;
      readonly host: string;
      readonly slaveId: string;
      /** One word. */
      readonly reason: string;
      /** The same as a sentence, with by whom or on what grounds. */
      readonly message: string;
    }
  | {
      /** It lives although its grace is long over. */
      readonly type: 'task_kill_overdue_event';
      readonly appId: string;
      readonly taskId: string;
      readonly since: string;
      /** How often its host has been asked. */
      readonly asks: number;
    }
  | {
      /** An instance is to make room for a more important app, or need not any more. */
      readonly type: 'preemption_notice_event';
      readonly appId: string;
      readonly instanceId: string;
      readonly taskId: string;
      readonly host: string;
      readonly slaveId: string;
      /** Who gets the room. */
      readonly forApp: string;
      /** When it is killed. */
      readonly at: string;
      readonly state: 'given' | 'withdrawn';
    };

/** A task that is newer than the database, as an older one was restored; a type of our own. */
export interface UnknownTaskEvent {
  readonly type: 'unknown_task_changed_event';
  readonly taskId: string;
  readonly appId: string;
  readonly host: string;
  readonly slaveId: string;
  /** `removing`: an operator wants it gone. `ended`: it is not there any more. */
  readonly state: 'found' | 'adopted' | 'removing' | 'ended';
}

/** Somebody ran a command beside a task; a type of our own, for those who name it. */
export interface SessionEvent {
  readonly type: 'task_session_event';
  readonly taskId: string;
  readonly appId: string;
  readonly user: string | null;
  readonly clientIp: string;
  readonly command: string;
  readonly terminal: boolean;
  readonly stage: 'started' | 'ended';
  /** Only when it has ended; `null` = nobody knows. */
  readonly exitCode?: number | null;
  readonly reason?: string;
  readonly seconds?: number;
}

/** What happens to the pool; types of our own, for those who name them. */
export type PoolEvent =
  | {
      readonly type: 'agent_changed_event';
      readonly agentId: string;
      readonly hostname: string;
      /** As in `GET /v2/agents`, or `gone`. */
      readonly state: string;
      readonly before: string;
      /** Of a drain. */
      readonly deadline?: string;
    }
  | {
      readonly type: 'role_changed_event';
      readonly role: string;
      readonly weight: number;
      /** Amounts in units; `null` = nothing guaranteed, nothing limited. */
      readonly quota: {
        readonly guarantees: Readonly<Record<string, number>>;
        readonly limits: Readonly<Record<string, number>>;
      } | null;
    };

/** Health, in Marathon's types and fields (marathon-api 9.2). */
export type HealthEvent =
  | {
      /** Each failure that counts. */
      readonly type: 'failed_health_check_event';
      readonly appId: string;
      readonly healthCheck: HealthCheck;
      /** Holds the instance id, as Marathon's does. */
      readonly taskId: string;
    }
  | {
      /** One check turned alive or ceased to be. */
      readonly type: 'health_status_changed_event';
      readonly appId: string;
      readonly instanceId: string;
      readonly version: string;
      readonly alive: boolean;
    }
  | {
      /** All checks of an instance together; `null` = unknown. */
      readonly type: 'instance_health_changed_event';
      readonly instanceId: string;
      readonly runSpecId: string;
      readonly healthy: boolean | null;
      readonly runSpecVersion: string;
    }
  | {
      /** Many fail at once, so none is killed for a while (a type of our own). */
      readonly type: 'health_kills_suspended_event';
      readonly appId: string;
      readonly reason: string;
      readonly until: string;
    }
  | {
      readonly type: 'unhealthy_instance_kill_event';
      readonly appId: string;
      readonly taskId: string;
      readonly instanceId: string;
      readonly version: string;
      readonly reason: string;
      readonly host: string;
      readonly slaveId: string;
    };

/** A domain event with its place in the outbox. */
export interface NumberedEvent {
  /** Gap-free, from 1. */
  readonly number: number;
  readonly at: Millis;
  readonly event: DomainEvent;
}

function actionPayload(action: Action): ActionPayload {
  const { kind, app } = action;
  return concernsPod(action) ? { action: kind, pod: app } : { action: kind, app };
}

function stepPayload(step: Step): StepPayload {
  return { actions: step.actions.map(actionPayload) };
}

function planPayload(plan: DeploymentPlan): PlanPayload {
  return {
    id: plan.id,
    steps: plan.steps.map(stepPayload),
    version: formatTimestamp(plan.version),
  };
}

const NO_STEP: Step = { actions: [] };

export function stepEvent(type: StepEventType, deployment: Deployment): DomainEvent {
  const { plan, step } = deployment;
  return {
    type,
    plan: planPayload(plan),
    currentStep: stepPayload(plan.steps[step] ?? NO_STEP),
  };
}

export function deploymentSucceeded(plan: DeploymentPlan): DomainEvent {
  return { type: 'deployment_success', id: plan.id, plan: planPayload(plan) };
}

export function deploymentFailed(plan: DeploymentPlan, reason: string): DomainEvent {
  return { type: 'deployment_failed', id: plan.id, plan: planPayload(plan), reason };
}

export function rolloutChanged(
  id: string,
  scope: PathId,
  { phase }: Pick<RolloutProgress, 'phase'>,
): DomainEvent {
  return { type: 'deployment_rollout_changed', id, scope, phase };
}

export function instanceChanged(instance: Instance): DomainEvent {
  return {
    type: 'instance_changed_event',
    instanceId: instance.id,
    condition: instance.condition,
    runSpecId: instance.appId,
    agentId: instance.task?.agentId ?? null,
    host: instance.task?.host ?? null,
    runSpecVersion: formatTimestamp(instance.appVersion),
  };
}

/** The checks an app's new configuration brings along, or that it has none any more. */
export function healthChecksChanged({ id, before, after }: AppChange): readonly DomainEvent[] {
  // Marathon leaves checks of pods to the agents, and announces none.
  if ((after ?? before)?.pod !== undefined) return [];
  const same = before?.versionInfo.lastConfigChangeAt === after?.versionInfo.lastConfigChangeAt;
  if (same) return [];
  const checks = after?.healthChecks ?? [];
  if (after === undefined || checks.length === 0) {
    const had = (before?.healthChecks ?? []).length > 0;
    return had ? [{ type: 'remove_health_check_event', appId: id }] : [];
  }
  const version = formatTimestamp(after.version);
  return checks.map((healthCheck) => {
    return { type: 'add_health_check_event', appId: id, healthCheck, version };
  });
}
