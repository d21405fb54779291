import type { Millis } from '@ekiden/kernel';
import type { PathId } from './path-id.js';
import type { BrokenFields } from './rule.js';

/** Optional parts of Marathon's app form that an operator switches on (marathon-api 11.4). */
export const FEATURES = [
  'external_volumes',
  'gpu_resources',
  'secrets',
  // known for the sake of old command lines; nothing depends on them
  'task_killing',
  'vips',
] as const;

export type Feature = (typeof FEATURES)[number];

/** What an operator decides about apps; the names in brackets are Marathon's flags (12.2). */
export interface AppSettings {
  /** Role of apps that name none (`mesos_role`). */
  readonly defaultRole: string;
  /** Name of container networks that carry none (`default_network_name`). */
  readonly defaultNetworkName?: string;
  /** A legacy `ipAddress.networkName` of this name means bridge networking (`mesos_bridge_name`). */
  readonly bridgeName: string;
  /** `enable_features` */
  readonly features: ReadonlySet<Feature>;
  /**
   * Whose resources apps use that do not say so (`accepted_resource_roles_default_behavior`):
   * nobody's in particular, those reserved for their role, or both, which is the default.
   */
  readonly acceptedRoles?: 'any' | 'unreserved' | 'reserved';
  /** Folders of hosts that apps and pods may be given, with all below; absent = any. */
  readonly hostPaths?: readonly string[];
}

export const DEFAULT_APP_SETTINGS: AppSettings = {
  defaultRole: '*',
  bridgeName: 'mesos-bridge',
  features: new Set(),
};

/** What the rules need to know beside the document itself. */
export interface AppContext {
  /** Absolute already; wins over the id in the document. */
  readonly id: PathId;
  /** What relative dependencies start from: the enclosing group in group documents, else `/`. */
  readonly base?: PathId;
  readonly now: Millis;
  readonly settings: AppSettings;
  /** `enforceRole` of the top-level group above the app (marathon-api 6.5); false when absent. */
  readonly enforceRole?: boolean;
  /** Role of the app as it stands: an existing app may keep it. */
  readonly currentRole?: string;
  /** Fields of the document whose shape is wrong: rules that read them are passed over. */
  readonly broken?: BrokenFields;
  /** The request said `force=true`: a resident app may change its role. */
  readonly force?: boolean;
}
