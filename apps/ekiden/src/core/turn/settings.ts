import { millis, seconds, type Millis } from '@ekiden/kernel';
import type { MaintenanceRules } from './maintenance.js';
import { DEFAULT_APP_SETTINGS, type AppSettings, type PortRange } from '../app/index.js';

/**
 * What the orchestrator core may be told; every bound of a turn is here. The runtime lowers those
 * on work in bulk to what turns have time for.
 */
export interface OrchestratorSettings {
  /** Service ports handed out for port 0, both ends included (marathon-api 12.2). */
  readonly servicePorts: PortRange;
  /** Ports that lead to versions that are not live yet, both ends included (rollouts.md, Preview). */
  readonly previewPorts: PortRange;
  /** Ports of what the apps of one generation of a group find each other at (ADR 0047). */
  readonly scopePorts: PortRange;
  /** What an operator decides about the definitions of apps. */
  readonly apps: AppSettings;
  /** Whether new top-level groups lend their apps their name as a role (`new_group_enforce_role`). */
  readonly newGroupsEnforceRole: boolean;
  /** What to do with a new dependency that names nothing (rollouts.md). */
  readonly unknownDependency: 'refuse' | 'warn';
  readonly envVarsPrefix: string | undefined;
  /** What events call the resource core: the address of the service. */
  readonly masterName: string;
  /** A task that is not running this long after its launch is killed and tried again. */
  readonly stagingDeadline: Millis;
  /**
   * A first launch on new volumes that the host has not confirmed by then is undone, and tried
   * elsewhere (marathon-behaviour 4.14).
   */
  readonly reservationTimeout: Millis;
  /** A host that has not said that it wiped a volume is asked again. */
  readonly wipeRetry: Millis;
  /** Whether a task is killed whose data has outgrown its volume; else that is only told. */
  readonly killsOutgrown: boolean;
  /** By when the deletion of a volume is to be asked for again. */
  readonly volumeDeletionWindow: Millis;
  /**
   * A replacement of an unhealthy instance that is not healthy this long after its grace period is
   * not waited for any more: the next unhealthy one may be replaced.
   */
  readonly replacementPatience: Millis;
  /**
   * How long such a replacement may wait for a place beside the unhealthy one; then that one makes
   * way. Its app is short of one meanwhile, so no longer than a fitting offer takes.
   */
  readonly replacementRoom: Millis;
  /** How long nothing is killed for its health when many fail at once (rollouts.md). */
  readonly healthHold: Millis;
  /** Whether routers bring traffic to instances, and say what they have done (ADR 0046). */
  readonly hasRouter: boolean;
  /** A kill without an answer is passed on again, then at growing distances. */
  readonly killRetry: Millis;
  /** Kills that may be unanswered at a time. */
  readonly killsOutstanding: number;
  /** A running deployment that does not move for this long is stalled (rollouts.md, Deadline). */
  readonly progressDeadline: Millis;
  /** Writes that may wait for deployments in their way; of more, each is refused. */
  readonly queuedDeployments: number;
  /** Finished deployments kept for history. */
  readonly deploymentHistory: number;
  /**
   * Apps and pods that one request may change. A change is committed in one piece, and what takes
   * the database longer than a lease lasts could never be.
   */
  readonly changesAtOnce: number;
  readonly offersPerTurn: number;
  readonly launchesPerTurn: number;
  /** Launched on one offer at most; what is left of it is offered again (RES-19). */
  readonly launchesPerOffer: number;
  /**
   * New instances created per turn, but for a few of each app (see `StartBudget`). More than are
   * launched in one would only be stored twice.
   */
  readonly startsPerTurn: number;
  /** Agents that stay away this long at the beginning of a term are given up. */
  readonly agentSilence: Millis;
  readonly maintenance: MaintenanceRules;
  /** Warning before an instance makes room for a higher priority; absent = none has to. */
  readonly preemptionNotice: Millis | undefined;
  /** How long an agent's ports that somebody else holds are left out of offers. */
  readonly withheldPorts: Millis;
}

export const DEFAULT_SETTINGS: OrchestratorSettings = {
  servicePorts: { min: 10_000, max: 20_000 },
  previewPorts: { min: 20_001, max: 20_999 },
  scopePorts: { min: 21_000, max: 29_999 },
  apps: DEFAULT_APP_SETTINGS,
  newGroupsEnforceRole: false,
  unknownDependency: 'refuse',
  envVarsPrefix: undefined,
  masterName: 'localhost',
  stagingDeadline: seconds(300),
  reservationTimeout: seconds(20),
  wipeRetry: seconds(30),
  killsOutgrown: false,
  volumeDeletionWindow: seconds(600),
  replacementPatience: seconds(60),
  replacementRoom: seconds(5),
  healthHold: seconds(300),
  hasRouter: false,
  killRetry: seconds(30),
  killsOutstanding: 100,
  progressDeadline: seconds(600),
  queuedDeployments: 100,
  deploymentHistory: 100,
  changesAtOnce: 20_000,
  offersPerTurn: 512,
  launchesPerTurn: 400,
  launchesPerOffer: 100,
  startsPerTurn: 400,
  agentSilence: seconds(60),
  maintenance: { enabled: true, lead: millis(0) },
  preemptionNotice: seconds(30),
  withheldPorts: millis(60_000),
};
