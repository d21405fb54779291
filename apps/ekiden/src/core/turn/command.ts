import type { AgentId, Millis, TaskId, TaskStatus } from '@ekiden/kernel';
import type { ExecutorKind } from '@ekiden/host';
import type { AgentInfo, Unavailability } from '@ekiden/offers';
import type { AppDefinition, PathId, PodDefinition, RolloutStrategy } from '../app/index.js';
import type { DeploymentPlan, Forecast, TaskCounts } from '../deployment/index.js';
import type { ReadinessAnswer } from '../health/index.js';
import type { Instance } from '../instance/index.js';
import type { VolumeId } from '../volume/index.js';
import type { Violation } from '../violation.js';
import type { Origin, PlanParent, RootChange, TaskSelection } from '../wish/index.js';

export type { AppEntry, Origin, RootChange, TaskSelection } from '../wish/index.js';

/** What an operator says of a role; what is left out stays as it is. */
export interface RoleChange {
  readonly weight?: number;
  /** Amounts in units; `null` = nothing guaranteed, nothing limited. */
  readonly quota?: {
    readonly guarantees?: Readonly<Record<string, number>> | undefined;
    readonly limits?: Readonly<Record<string, number>> | undefined;
  } | null;
}

/** What an operator wants of an agent; each may be repeated. */
export type AgentOrder =
  | {
      /** Its instances move elsewhere; what is left at the deadline is killed. */
      readonly kind: 'drain';
      readonly deadlineSeconds: number;
      /** Once it is empty, it never comes back. */
      readonly markGone: boolean;
      /** For people. */
      readonly reason?: string;
    }
  | { readonly kind: 'activate' | 'deactivate' }
  /** Its maintenance, in place of what was planned before; without a window it is called off. */
  | { readonly kind: 'maintain'; readonly window: Unavailability | undefined }
  /** It never comes back: its tasks are gone, and replaced. */
  | {
      readonly kind: 'giveUp';
      /** Although it answers. */
      readonly force: boolean;
    };

/** What an operator wants of a deployment. */
export type DeploymentOrder = 'promote' | 'pause' | 'resume' | 'abort' | 'undo';

/** What there is to remember of a command that somebody ran beside a task. */
export interface SessionNote {
  readonly taskId: TaskId;
  readonly appId: PathId;
  /** Name of the credentials; `null` where nobody is asked for any. */
  readonly user: string | null;
  readonly clientIp: string;
  /** As it was asked for, cut after 4,096 characters. */
  readonly command: string;
  readonly terminal: boolean;
  /** `ended` with how, `null` for an exit code that nobody knows. */
  readonly stage:
    | { readonly kind: 'started' }
    | {
        readonly kind: 'ended';
        readonly exitCode: number | null;
        /** Why it ended, where it did not by itself. */
        readonly reason?: string;
        readonly seconds: number;
      };
}

/** What a client of the API wants done. Answered by exactly one `Reply`. */
export type ApiCommand =
  | {
      readonly kind: 'changeRoot';
      readonly change: RootChange;
      readonly force: boolean;
      /** Answers with the plan, as if nothing were in its way, and changes nothing. */
      readonly dryRun?: boolean;
      /** In place of what the rollout of the written app or group says, for this write. */
      readonly strategy?: RolloutStrategy;
      /** It waits for deployments in its way, instead of being refused. */
      readonly queue?: boolean;
      /** Applies a plan: exactly that, or nothing. */
      readonly parent?: PlanParent;
      readonly origin: Origin;
    }
  /** Changes a top-level group without a deployment; the version of the root stays. */
  | { readonly kind: 'enforceRole'; readonly group: PathId; readonly enforceRole: boolean }
  | { readonly kind: 'cancelDeployment'; readonly id: string; readonly force: boolean }
  | { readonly kind: 'tendDeployment'; readonly id: string; readonly order: DeploymentOrder }
  | {
      readonly kind: 'killTasks';
      readonly tasks: TaskSelection;
      readonly scale: boolean;
      readonly wipe: boolean;
      readonly force: boolean;
      /** Of `scale`, as in `changeRoot`. */
      readonly dryRun?: boolean;
      readonly queue?: boolean;
      /** Told with the kill; absent = somebody who is not known. */
      readonly origin?: Origin;
    }
  | { readonly kind: 'resetDelay'; readonly app: PathId }
  /** Changes nothing: it is announced, and so kept as long as events are. */
  | { readonly kind: 'noteSession'; readonly note: SessionNote }
  | {
      readonly kind: 'setRole';
      readonly role: string;
      readonly change: RoleChange;
      /** Although capacity or consumption speaks against it. */
      readonly force: boolean;
    }
  | { readonly kind: 'tendAgent'; readonly agent: AgentId; readonly order: AgentOrder }
  /** The maintenance of all agents: of one that is not named it is called off. */
  | { readonly kind: 'planMaintenance'; readonly windows: ReadonlyMap<AgentId, Unavailability> }
  /** About a task that is newer than the database: it becomes an instance of its app, or ends. */
  | {
      readonly kind: 'tendUnknownTask';
      readonly task: TaskId;
      readonly order: 'adopt' | 'remove';
    }
  /** Asked for once it is noted, asked for again in time it happens (rollouts.md, Volumes). */
  | { readonly kind: 'deleteVolume'; readonly id: VolumeId };

/** What the world reports. */
export type WorldCommand =
  | { readonly kind: 'hostStatus'; readonly status: TaskStatus }
  /** A task's answer to the check at this position of its definition. */
  | {
      readonly kind: 'healthResult';
      readonly taskId: TaskId;
      readonly check: number;
      readonly at: Millis;
      readonly ok: boolean;
      /** Why not, one sentence. */
      readonly cause?: string;
    }
  /** A task's answer to the readiness check at this position of its definition. */
  | ({
      readonly kind: 'readinessResult';
      readonly taskId: TaskId;
      readonly check: number;
    } & ReadinessAnswer)
  | {
      readonly kind: 'agentRegistered';
      readonly agent: AgentInfo;
      /** Absent = host ports answer at its hostname, and its tasks see this machine's loopback. */
      readonly addresses?: AgentAddresses;
    }
  /** With `executor`: only the tasks of that kind are out of reach, the agent goes on. */
  | {
      readonly kind: 'agentUnreachable';
      readonly agentId: AgentId;
      readonly reason: string;
      readonly executor?: ExecutorKind;
    }
  /** What a host was found to run when it was first asked in this term, or again after a gap. */
  | {
      readonly kind: 'hostRecovered';
      readonly agentId: AgentId;
      readonly found: readonly FoundTask[];
      /** Kinds of tasks that could not be asked for: nothing follows from their absence. */
      readonly unasked?: readonly ExecutorKind[];
    }
  /** The data of a volume is gone, or cannot be deleted for the reason given. */
  | {
      readonly kind: 'volumeWiped';
      readonly volumeId: VolumeId;
      readonly problem?: string;
    }
  /** What the data of volumes takes on their disks, told where it is news. */
  | {
      readonly kind: 'volumesMeasured';
      /** Before the measuring began. */
      readonly at: Millis;
      readonly uses: readonly { readonly volumeId: VolumeId; readonly bytes: number }[];
    }
  /**
   * All routers follow the routes of this turn or a newer one. Told where something waits for it: a
   * switch, or kills of tasks that are to end what they have begun.
   */
  | {
      readonly kind: 'routesConfirmed';
      /** Leadership term whose table they have acknowledged. */
      readonly epoch: number;
      /** Number of the committed turn it shows. */
      readonly generation: number;
      /** Of the tasks whose kills wait, those to which something is still under way. */
      readonly draining: readonly TaskId[];
    }
  /** What routers count by task, told while rollouts are judged by it. */
  | {
      readonly kind: 'trafficSeen';
      /** Of their tasks, as far as routers know them. */
      readonly tasks: readonly TaskCounts[];
      /** Why there are no figures. */
      readonly missing?: string;
    }
  /** What came of a call that a hook makes; `attempt` says of which one. */
  | {
      readonly kind: 'hookResult';
      readonly deployment: string;
      readonly key: string;
      readonly attempt: number;
      readonly ok: boolean;
      /** One sentence. */
      readonly reason: string;
      /** The beginning of the answer's body, bounded. */
      readonly output: string;
    }
  /** The last that the command of a hook wrote, bounded. */
  | {
      readonly kind: 'hookOutput';
      readonly deployment: string;
      readonly key: string;
      readonly attempt: number;
      readonly output: string;
    }
  /** Carries nothing: asks for a look at what is due. */
  | { readonly kind: 'wake' };

/** Ways from and to a host that it cannot know itself; found out anew by each leader. */
export interface AgentAddresses {
  /** Where its host ports answer, as seen from the leader. */
  readonly hostPorts: string;
  /** Where service ports answer, as seen from tasks in the host's own network. */
  readonly servicesFromHost: string;
  /** The same as seen from containers with a network of their own. */
  readonly servicesFromContainers: string;
}

/** A task of ours found on a host. */
export interface FoundTask {
  readonly taskId: TaskId;
  /** The leadership term that launched it. */
  readonly epoch: number;
  /** Its launch broke off before its start; it waits to be launched again. */
  readonly waits?: true;
  /** It runs at this moment. */
  readonly runs?: true;
  /** By the clock of its host. */
  readonly startedAt?: Millis;
  /** Absent where its host does not know them. */
  readonly hostPorts?: readonly number[];
}

export type Command = ApiCommand | WorldCommand;

/** Why a command was refused; nothing of it was applied. The API maps each kind to one answer. */
export type Rejection =
  | { readonly kind: 'invalid'; readonly violations: readonly Violation[] }
  | { readonly kind: 'badRequest'; readonly message: string }
  | { readonly kind: 'unprocessable'; readonly message: string }
  | { readonly kind: 'notFound'; readonly message: string }
  | { readonly kind: 'exists'; readonly message: string }
  /** It would be possible with force, or later. */
  | { readonly kind: 'conflict'; readonly message: string }
  /** Blocking deployments; marathon-api 2.4 has the text. */
  | { readonly kind: 'locked'; readonly deployments: readonly string[] }
  /** The plan to be applied is not what the change would come to by now. */
  | {
      readonly kind: 'moved';
      readonly message: string;
      /** Of the tree by now. */
      readonly version: Millis;
      /** What moved it, latest first. */
      readonly deployments: readonly string[];
    }
  /** The command made our own code fail; it was set aside and nothing of it was applied. */
  | { readonly kind: 'quarantined'; readonly message: string }
  | {
      readonly kind: 'unavailable';
      readonly message: string;
      readonly retryAfterSeconds: number;
    };

export type Answer =
  | {
      readonly kind: 'deployed';
      readonly deploymentId: string;
      readonly version: Millis;
      /** The app as created, for the 201 body of POST (service ports still 0). */
      readonly created?: AppDefinition;
      /** The pod as it now stands, for the bodies of POST and PUT. */
      readonly pod?: PodDefinition;
      /** Whether a single PUT created its app (201 instead of 200). */
      readonly isNew: boolean;
    }
  /** What a dry run would have started. */
  | {
      readonly kind: 'planned';
      readonly plan: DeploymentPlan;
      readonly digest: string;
      readonly forecast: Forecast;
    }
  /** It begins when those it waits for have ended; `position` counts from 1. */
  | {
      readonly kind: 'queued';
      readonly deploymentId: string;
      readonly position: number;
      readonly waitsFor: readonly string[];
    }
  /** The plan that was applied changes nothing. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'killed'; readonly instances: readonly Instance[] }
  | { readonly kind: 'done' }
  /** `confirmBy` present: it happens when it is asked for once more by then. */
  | { readonly kind: 'volumeDeletion'; readonly confirmBy?: Millis };

export type Reply = Answer | Rejection;
