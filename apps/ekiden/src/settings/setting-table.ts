import { parseAttributes, parseResources } from '@ekiden/offers';
import { FEATURES } from '../core/app/index.js';
import { parseDockerHosts } from './docker-hosts.js';
import { HTTP_SETTINGS } from './http-setting-table.js';
import {
  ipAddress,
  oneOf,
  parsed,
  phrased,
  path,
  postgresUrl,
  someOf,
  whole,
  word,
  type Written,
} from './setting-values.js';
import {
  ISOLATION_KINDS,
  LOG_LEVELS,
  NEW_GROUP_ENFORCE_ROLES,
  ROUTER_KINDS,
  UNKNOWN_DEPENDENCY_RULES,
  type Settings,
} from './settings.js';

/** One setting, in the words of `--help` and of the README. */
export interface Setting<T> {
  readonly env: string;
  readonly flag: string;
  /** What the value is, as shown behind the flag. */
  readonly value: string;
  readonly description: string;
  /** Text taken where nothing is written; `undefined` = see `fallback`. */
  readonly default: string | undefined;
  /** What happens without a default, in words. */
  readonly fallback?: string;
  /** Never shown, not even in part. */
  readonly secret?: boolean;
  readonly schema: Written<T>;
}

export type SettingTable = {
  readonly [K in keyof Settings]: Setting<NonNullable<Settings[K]>>;
};

/** Every setting: the one source of flags, variables, checks, help and documentation. */
export const SETTINGS: SettingTable = {
  httpAddress: {
    env: 'EKIDEN_HTTP_ADDRESS',
    flag: 'http-address',
    value: 'address',
    description: 'Address to listen on; 0.0.0.0 = all of this machine.',
    default: '127.0.0.1',
    schema: word('an address'),
  },
  httpPort: {
    env: 'EKIDEN_HTTP_PORT',
    flag: 'http-port',
    value: 'port',
    description: 'Port to listen on; 0 = any free one.',
    default: '8080',
    schema: whole(0, 65_535),
  },
  dataDir: {
    env: 'EKIDEN_DATA_DIR',
    flag: 'data-dir',
    value: 'directory',
    description: 'Where the embedded database and the sandboxes of tasks live.',
    default: '.ekiden',
    schema: path(),
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    flag: 'database-url',
    value: 'url',
    description: 'A Postgres server to keep all state in (15 or newer).',
    default: undefined,
    fallback: 'an embedded one under the data directory',
    secret: true,
    schema: postgresUrl(),
  },
  agentResources: {
    env: 'EKIDEN_AGENT_RESOURCES',
    flag: 'agent-resources',
    value: 'resources',
    description: 'What this machine offers, e.g. "cpus:4;mem:8192;disk:20000;ports:[31000-32000]".',
    default: undefined,
    fallback: 'what this machine has',
    schema: parsed(parseResources),
  },
  agentAttributes: {
    env: 'EKIDEN_AGENT_ATTRIBUTES',
    flag: 'agent-attributes',
    value: 'attributes',
    description: 'Attributes of this machine for constraints, e.g. "rack:r1;ssd:true".',
    default: '',
    schema: parsed(parseAttributes),
  },
  dockerHosts: {
    env: 'EKIDEN_DOCKER_HOSTS',
    flag: 'docker-hosts',
    value: 'engines',
    description:
      'Docker engines to run containers on, each an agent of its own: "none", or blank-separated addresses, e.g. "unix:///run/docker.sock tcp://10.0.0.5:2376?cert=/etc/ekiden/tls".',
    default: undefined,
    fallback: "this machine's engine, by DOCKER_HOST or the usual socket, if there is one",
    schema: phrased(parseDockerHosts),
  },
  dockerConfig: {
    env: 'EKIDEN_DOCKER_CONFIG',
    flag: 'docker-config',
    value: 'directory',
    description: "Where Docker's config.json with the credentials for registries lies.",
    default: undefined,
    fallback: 'DOCKER_CONFIG, or .docker in the home directory',
    schema: path(),
  },
  agentTimeoutSeconds: {
    env: 'EKIDEN_AGENT_TIMEOUT_SECONDS',
    flag: 'agent-timeout-seconds',
    value: 'seconds',
    description:
      'How long a host may be silent before its tasks count as unreachable and their unreachableStrategy begins.',
    default: '60',
    schema: whole(1, 86_400),
  },
  isolation: {
    env: 'EKIDEN_ISOLATION',
    flag: 'isolation',
    value: 'kind',
    description:
      'What keeps plain processes to their cpus and mem: none, or cgroups (as root, with a writable /sys/fs/cgroup; what uses more memory is killed).',
    default: 'none',
    schema: oneOf(ISOLATION_KINDS),
  },
  fetchRoot: {
    env: 'EKIDEN_FETCH_ROOT',
    flag: 'fetch-root',
    value: 'directory',
    description: 'What relative addresses in the fetch lists of apps start from.',
    default: undefined,
    fallback: 'the working directory',
    schema: path(),
  },
  simulatedAgents: {
    env: 'EKIDEN_SIMULATED_AGENTS',
    flag: 'simulated-agents',
    value: 'number',
    description: 'Agents to invent instead of this machine, whose tasks only pretend to run.',
    default: '0',
    schema: whole(0, 100_000),
  },
  unknownDependency: {
    env: 'EKIDEN_UNKNOWN_DEPENDENCY',
    flag: 'unknown-dependency',
    value: 'what',
    description:
      'What to do with a new dependency that names nothing: refuse, or warn and accept, for scripts that post files in any order.',
    default: 'refuse',
    schema: oneOf(UNKNOWN_DEPENDENCY_RULES),
  },
  defaultRole: {
    env: 'EKIDEN_DEFAULT_ROLE',
    flag: 'default-role',
    value: 'role',
    description: 'Role of apps that name none.',
    default: '*',
    schema: word('the name of a role'),
  },
  defaultNetworkName: {
    env: 'EKIDEN_DEFAULT_NETWORK_NAME',
    flag: 'default-network-name',
    value: 'name',
    description: 'Name for container networks that carry none.',
    default: undefined,
    fallback: 'they have to carry one',
    schema: word('the name of a network'),
  },
  bridgeName: {
    env: 'EKIDEN_BRIDGE_NAME',
    flag: 'bridge-name',
    value: 'name',
    description: 'A legacy ipAddress.networkName of this name means bridge networking.',
    default: 'mesos-bridge',
    schema: word('the name of a network'),
  },
  features: {
    env: 'EKIDEN_FEATURES',
    flag: 'features',
    value: 'names',
    description: `Optional parts of app definitions to accept: ${FEATURES.join(', ')}.`,
    default: '',
    schema: someOf(FEATURES),
  },
  newGroupEnforceRole: {
    env: 'EKIDEN_NEW_GROUP_ENFORCE_ROLE',
    flag: 'new-group-enforce-role',
    value: 'which',
    description:
      'Whether apps below a new top-level group run under its name as their role: off, or top.',
    default: 'off',
    schema: oneOf(NEW_GROUP_ENFORCE_ROLES),
  },
  router: {
    env: 'EKIDEN_ROUTER',
    flag: 'router',
    value: 'kind',
    description: `What listens on the service ports of apps: ${ROUTER_KINDS.join(', ')}.`,
    default: undefined,
    fallback: 'embedded, or none with simulated agents',
    schema: oneOf(ROUTER_KINDS),
  },
  serviceAddress: {
    env: 'EKIDEN_SERVICE_ADDRESS',
    flag: 'service-address',
    value: 'address',
    description: 'IP address that service ports are open on; 0.0.0.0 = all of this machine.',
    default: '127.0.0.1',
    schema: ipAddress(),
  },
  hostname: {
    env: 'EKIDEN_HOSTNAME',
    flag: 'hostname',
    value: 'name',
    description: 'Name that others reach this machine by; shown for its tasks and as the leader.',
    default: undefined,
    fallback: 'the name of this machine',
    schema: word('a host name'),
  },
  logLevel: {
    env: 'EKIDEN_LOG_LEVEL',
    flag: 'log-level',
    value: 'level',
    description: `Least serious message to log: ${LOG_LEVELS.join(', ')}.`,
    default: 'info',
    schema: oneOf(LOG_LEVELS),
  },
  mailboxCapacity: {
    env: 'EKIDEN_MAILBOX_CAPACITY',
    flag: 'mailbox-capacity',
    value: 'number',
    description: 'Commands that may wait for a turn; more are answered with 503.',
    default: '10000',
    schema: whole(1, 1_000_000),
  },
  leaseSeconds: {
    env: 'EKIDEN_LEASE_SECONDS',
    flag: 'lease-seconds',
    value: 'seconds',
    description: 'How long a leader that went silent stays leader.',
    default: '15',
    schema: whole(2, 3_600),
  },
  requestTimeoutSeconds: {
    env: 'EKIDEN_REQUEST_TIMEOUT_SECONDS',
    flag: 'request-timeout-seconds',
    value: 'seconds',
    description: 'How long a write waits for a leader or the database before it is refused.',
    default: '20',
    schema: whole(1, 3_600),
  },
  eventsKept: {
    env: 'EKIDEN_EVENTS_KEPT',
    flag: 'events-kept',
    value: 'number',
    description: 'Newest events to keep for clients of /v2/events that resume.',
    default: '100000',
    schema: whole(1_000, 100_000_000),
  },
  versionsKept: {
    env: 'EKIDEN_VERSIONS_KEPT',
    flag: 'versions-kept',
    value: 'number',
    description:
      "Newest versions to keep of each app, for rollback (Marathon's zk_max_versions); more stay while a kept version of the root or an instance needs them.",
    default: '50',
    schema: whole(1, 1_000),
  },
  rootVersionsKept: {
    env: 'EKIDEN_ROOT_VERSIONS_KEPT',
    flag: 'root-versions-kept',
    value: 'number',
    description: 'Newest versions to keep of the whole tree, for rollback of groups.',
    default: '50',
    schema: whole(1, 1_000),
  },
  recordFile: {
    env: 'EKIDEN_RECORD_FILE',
    flag: 'record',
    value: 'file',
    description:
      'Record what the allocator is told and decides, as lines for `npm run -s offers -- replay`; each term begins the file anew.',
    default: undefined,
    fallback: 'nothing is recorded',
    schema: path(),
  },
  ...HTTP_SETTINGS,
};
