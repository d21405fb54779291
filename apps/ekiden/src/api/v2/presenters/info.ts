import {
  FAILOVER_TIMEOUT,
  FRAMEWORK_NAME,
  REFUSE_SECONDS,
  type OrchestratorSettings,
} from '../../../core/turn/index.js';
import type { LeadershipView } from '../../../ports/index.js';
import type { Shown, info } from '../../schemas/index.js';

export interface InfoFacts {
  readonly leadership: LeadershipView;
  /** `undefined` before the first recovery. */
  readonly frameworkId: string | undefined;
  readonly hostname: string;
  readonly httpPort: number;
  /** Version of Ekiden. */
  readonly build: string;
  /** Address of the database without credentials; `null` = one of its own. */
  readonly database: string | null;
  readonly versionsKept: number;
  readonly settings: Pick<
    OrchestratorSettings,
    'apps' | 'envVarsPrefix' | 'newGroupsEnforceRole' | 'servicePorts' | 'stagingDeadline'
  >;
}

/** Version of Marathon's API that is spoken; tools compare it. */
const API_VERSION = '1.11.0';

/**
 * What Marathon can be told and Ekiden cannot, or has no use for; unset values are null here
 * (marathon-api 11.1).
 */
const UNSET = [
  'access_control_allow_origin',
  'launch_token',
  'launch_token_refresh_interval',
  'leader_proxy_connection_timeout_ms',
  'leader_proxy_read_timeout_ms',
  'master',
  'max_instances_per_offer',
  'mesos_heartbeat_failure_threshold',
  'mesos_heartbeat_interval',
  'mesos_leader_ui_url',
  'mesos_user',
  'min_revive_offers_interval',
  'offer_matching_timeout',
  'on_elected_prepare_timeout',
  'reconciliation_initial_delay',
  'reconciliation_interval',
  'scale_apps_initial_delay',
  'scale_apps_interval',
  'task_lost_expunge_initial_delay',
  'task_lost_expunge_interval',
  'task_reservation_timeout',
  'webui_url',
] as const;

const UNSET_STORE = [
  'zk_compression',
  'zk_compression_threshold',
  'zk_connection_timeout',
  'zk_max_node_size',
  'zk_session_timeout',
  'zk_timeout',
] as const;

export function presentInfo(facts: InfoFacts): Shown<typeof info> {
  const { leadership, hostname, httpPort, settings } = facts;
  const { apps, servicePorts } = settings;
  return {
    name: 'marathon',
    version: API_VERSION,
    buildref: `ekiden-${facts.build}`,
    elected: leadership.elected,
    leader: leadership.leader ?? null,
    frameworkId: facts.frameworkId ?? null,
    marathon_config: {
      ...nulls(UNSET),
      checkpoint: true,
      decline_offer_duration: REFUSE_SECONDS * 1000,
      executor: '//cmd',
      env_vars_prefix: settings.envVarsPrefix ?? null,
      failover_timeout: FAILOVER_TIMEOUT / 1000,
      default_network_name: apps.defaultNetworkName ?? null,
      features: [...apps.features],
      framework_name: FRAMEWORK_NAME,
      ha: true,
      hostname,
      local_port_max: servicePorts.max,
      local_port_min: servicePorts.min,
      maintenance_mode: true,
      mesos_bridge_name: apps.bridgeName,
      mesos_role: apps.defaultRole,
      new_group_enforce_role: settings.newGroupsEnforceRole ? 'Top' : 'Off',
      store_cache: true,
      task_launch_confirm_timeout: settings.stagingDeadline,
      task_launch_timeout: settings.stagingDeadline,
    },
    // Tools look here for where the state is and how much history there is.
    zookeeper_config: {
      ...nulls(UNSET_STORE),
      zk: facts.database,
      zk_max_versions: facts.versionsKept,
    },
    http_config: { http_port: httpPort, https_port: null },
  };
}

function nulls(names: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(names.map((name) => [name, null]));
}
