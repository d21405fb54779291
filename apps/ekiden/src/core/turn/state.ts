import type { Millis, Table, TableView } from '@ekiden/kernel';
import type { Master } from '@ekiden/offers';
import type { AppDefinition } from '../app/app-definition.js';
import type { PathId } from '../app/path-id.js';
import type { Deployment } from '../deployment/deployment.js';
import type { Group, RootView } from '../group/root-group.js';
import type { Instance, InstanceId } from '../instance/instance.js';
import type { LaunchDelay } from '../instance/launch-delay.js';

/** `<app id>@<version in ms>` */
export type AppVersionKey = `${PathId}@${number}`;

export function appVersionKey(id: PathId, version: Millis): AppVersionKey {
  return `${id}@${version}`;
}

/** The orchestrator's rows. Indexes: apps and groups by `parent`; instances by `app`; deployments
 * by `status`; launch delays by `app`. */
export interface OrchestratorRows {
  readonly apps: Table<PathId, AppDefinition>;
  readonly groups: Table<PathId, Group>;
  /** Definitions that some instance or running deployment still refers to. */
  readonly appVersions: Table<AppVersionKey, AppDefinition>;
  readonly instances: Table<InstanceId, Instance>;
  readonly deployments: Table<string, Deployment>;
  readonly launchDelays: Table<string, LaunchDelay>;
}

/** The committed state of the service, as readers see it between turns. */
export interface StateView {
  /** Number of the last committed turn; a new number means something may have changed. */
  readonly turn: number;
  readonly root: RootView;
  readonly appVersions: TableView<AppVersionKey, AppDefinition>;
  readonly instances: TableView<InstanceId, Instance>;
  readonly deployments: TableView<string, Deployment>;
  readonly launchDelays: TableView<string, LaunchDelay>;
  readonly master: Master;
}
