import type { Attribute, Domain, Resources } from '@ekiden/offers';
import type { Feature, PortRange } from '../core/app/index.js';
import type { DockerHostsRule } from './docker-hosts.js';
import type { HttpSettings } from './http-settings.js';

/** How this process is to run. Everything is validated; nothing is looked up later. */
export interface Settings extends HttpSettings {
  readonly httpAddress: string;
  /** 0 = any free port. */
  readonly httpPort: number;
  readonly dataDir: string;
  /** Secret: may hold a password. `undefined` = run a database of our own under `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** `undefined` = what this machine has. */
  readonly agentResources: Resources | undefined;
  readonly agentAttributes: readonly Attribute[];
  /** `undefined` = in no region. */
  readonly agentDomain: Domain | undefined;
  readonly dockerHosts: DockerHostsRule;
  /** Folder of Docker's `config.json`; `undefined` = where Docker's own client looks. */
  readonly dockerConfig: string | undefined;
  readonly agentTimeoutSeconds: number;
  readonly reconcileSeconds: number;
  readonly launchTimeoutSeconds: number;
  readonly healthHoldSeconds: number;
  readonly maintenanceMode: boolean;
  readonly drainingSeconds: number;
  /** 0 = no preemption. */
  readonly preemptionNoticeSeconds: number;
  readonly isolation: IsolationKind;
  readonly fetchRoot: string;
  readonly simulatedAgents: number;
  readonly unknownDependency: UnknownDependencyRule;
  /** Role of apps that name none. */
  readonly defaultRole: string;
  /** Name of container networks that carry none; `undefined` = they must carry one. */
  readonly defaultNetworkName: string | undefined;
  /** A legacy container network of this name means bridge networking. */
  readonly bridgeName: string;
  /** Absent = any. */
  readonly hostPaths: readonly string[] | undefined;
  /** Optional parts of the app form that are switched on. */
  readonly features: ReadonlySet<Feature>;
  readonly newGroupEnforceRole: NewGroupEnforceRole;
  readonly acceptedRoles: AcceptedRolesRule;
  /** Both ends included; the first is not above the last. */
  readonly servicePortMin: number;
  readonly servicePortMax: number;
  /** Ports of versions that are not live yet, and of the apps of one generation among themselves. */
  readonly previewPorts: PortRange;
  readonly scopePorts: PortRange;
  readonly envVarsPrefix: string | undefined;
  readonly router: RouterKind;
  /** Path of the executable, for the router of that kind. */
  readonly haproxy: string;
  /** An IP address of this machine; `0.0.0.0` or `::` = all of them. */
  readonly serviceAddress: string;
  /** Where requests go by the host they ask for; 0 = nowhere. */
  readonly vhostPort: number;
  /** Groups of marathon-lb (HAPROXY_GROUP) whose labels count; none = all. */
  readonly haproxyGroups: readonly string[];
  /** Name that clients and other machines reach this one by. */
  readonly hostname: string;
  readonly logLevel: LogLevel;
  readonly mailboxCapacity: number;
  readonly leaseSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly eventsKept: number;
  /** Events that a client of the stream may leave untaken before it is disconnected. */
  readonly eventsOutstandingMax: number;
  /** Newest versions kept of each app, and of the root. */
  readonly versionsKept: number;
  readonly rootVersionsKept: number;
  /** Whether people may run commands beside tasks, how many at once, how long in silence. */
  readonly exec: ExecRule;
  readonly execSessionsMax: number;
  readonly execIdleSeconds: number;
  /** Sandboxes and logs of tasks that are over: how long, how many MiB in all. */
  readonly sandboxesKeptHours: number;
  readonly sandboxesKeptMb: number;
  /** Share of the disk, in percent, below whose being free the oldest of them go early. */
  readonly diskReservePercent: number;
  /** Between two looks at what volumes hold; 0 = never. */
  readonly volumeCheckSeconds: number;
  readonly volumeLimit: VolumeLimitRule;
  /** Where the allocator's decisions are recorded; `undefined` = nowhere. */
  readonly recordFile: string | undefined;
}

/** `none`: nothing of ours listens on service ports. */
export const ROUTER_KINDS = ['embedded', 'haproxy', 'none'] as const;

type RouterKind = (typeof ROUTER_KINDS)[number];

/** What keeps plain processes to their resources: nothing, or control groups of the kernel. */
export const ISOLATION_KINDS = ['none', 'cgroups'] as const;

export type IsolationKind = (typeof ISOLATION_KINDS)[number];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export const EXEC_RULES = ['on', 'off'] as const;

type ExecRule = (typeof EXEC_RULES)[number];

/** What follows when data outgrows its volume: it is told, or its task is killed as well. */
export const VOLUME_LIMIT_RULES = ['warn', 'kill'] as const;

type VolumeLimitRule = (typeof VOLUME_LIMIT_RULES)[number];

/** `top`: apps below a new top-level group run under its name as their role. */
export const NEW_GROUP_ENFORCE_ROLES = ['off', 'top'] as const;

type NewGroupEnforceRole = (typeof NEW_GROUP_ENFORCE_ROLES)[number];

/** Resources of nobody in particular, of the app's role, or both. */
export const ACCEPTED_ROLES_RULES = ['any', 'unreserved', 'reserved'] as const;

export type AcceptedRolesRule = (typeof ACCEPTED_ROLES_RULES)[number];

export const UNKNOWN_DEPENDENCY_RULES = ['refuse', 'warn'] as const;

export type UnknownDependencyRule = (typeof UNKNOWN_DEPENDENCY_RULES)[number];
