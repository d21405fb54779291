import { nearest } from './nearest.js';
import { SETTINGS } from './setting-table.js';
import type { Setting } from './setting.js';

/** What the log says about where settings came from. */
export interface SettingNote {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

const PREFIX = 'MARATHON_';

/** Set for tasks, so also for a service that is run as one (marathon-api 12). */
const OF_TASKS = 'MARATHON_APP_';

/** Flags of Marathon (marathon-api 12) that nothing here depends on. */
const NEEDLESS: ReadonlySet<string> = new Set([
  ...['https_address', 'https_port', 'ssl_keystore_path', 'ssl_keystore_password', 'disable_http'],
  ...['ha', 'webui_url'],
  ...['leader_proxy_ssl_ignore_hostname', 'on_elected_prepare_timeout'],
  ...['graceful_shutdown_timeout', 'plugin_dir', 'plugin_conf', 'executor', 'deprecated_features'],
  ...['max_running_deployments', 'max_apps', 'gpu_scheduling_behavior'],
  ...['max_concurrent_marathon_health_checks', 'launch_tokens'],
  ...['launch_token_refresh_interval', 'max_instances_per_offer', 'offer_matching_timeout'],
  ...['decline_offer_duration', 'min_revive_offers_interval', 'suppress_offers'],
  ...['mesos_offer_constraints', 'min_mesos_offer_constraints_update_interval'],
  ...['max_parallel_offers', 'max_queued_offers', 'task_launch_confirm_timeout'],
  ...['task_reservation_timeout', 'task_operation_notification_timeout'],
  ...['task_lost_expunge_initial_delay', 'task_lost_expunge_interval'],
  ...['reconciliation_initial_delay', 'scale_apps_initial_delay'],
  ...['scale_apps_interval', 'kill_chunk_size', 'kill_retry_timeout', 'failover_timeout'],
  ...['checkpoint', 'mesos_heartbeat_interval', 'mesos_heartbeat_failure_threshold', 'master'],
  ...['mesos_user', 'mesos_leader_ui_url', 'mesos_authentication', 'framework_name', 'zk'],
  ...['zk_timeout', 'zk_session_timeout', 'zk_connection_timeout', 'zk_compression'],
  ...['zk_compression_threshold', 'zk_max_node_size', 'store_cache', 'internal_store_backend'],
  ...['group_versions_cache_size', 'storage_compaction_interval', 'backup_location'],
  ...['storage_compaction_scan_batch_size', 'max_queued_root_group_updates'],
  ...['group_manager_request_timeout', 'max_parallel_status_updates'],
  ...['max_queued_status_updates', 'instance_tracker_update_queue_size', 'metrics_name_prefix'],
  ...['metrics_prometheus', 'metrics_statsd', 'metrics_statsd_host', 'metrics_statsd_port'],
  ...['metrics_statsd_transmission_interval_ms', 'metrics_datadog', 'logstash', 'sentry'],
  ...['sentry_tags'],
]);

/** The variable that Marathon reads for the same thing, if it does. */
export function marathonVariable({ marathon }: Setting<unknown>): string | undefined {
  return marathon === undefined ? undefined : PREFIX + marathon.toUpperCase();
}

/** A value of a variable of Marathon's in the form of ours; an empty one switches on. */
export function fromMarathon({ value, marathonUnit }: Setting<unknown>, written: string): string {
  if (written === '') return value === 'boolean' ? 'true' : '';
  if (marathonUnit === undefined || !/^\d+$/.test(written)) return written;
  return String(Math.ceil(Number(written) / 1000));
}

/**
 * What is to be said of Marathon's variables: which stand for a setting and which of ours win over
 * them, which have no meaning here, and which nobody knows. Names only, no values.
 */
export function marathonNotes(
  env: Readonly<Record<string, string | undefined>>,
  isWritten: (setting: Setting<unknown>) => boolean,
): readonly SettingNote[] {
  const ours = new Map(
    Object.values<Setting<unknown>>(SETTINGS).flatMap((setting) => {
      const variable = marathonVariable(setting);
      return variable === undefined ? [] : [[variable, setting] as const];
    }),
  );
  const notes: SettingNote[] = [];
  const needless: string[] = [];
  for (const name of Object.keys(env).sort()) {
    if (!name.startsWith(PREFIX) || name.startsWith(OF_TASKS)) continue;
    const setting = ours.get(name);
    if (setting !== undefined) {
      const message = isWritten(setting)
        ? `${name} is not looked at: ${setting.env} or --${setting.flag} wins`
        : `${name} is taken as ${setting.env}`;
      notes.push({ level: 'info', message });
    } else if (NEEDLESS.has(name.slice(PREFIX.length).toLowerCase())) {
      needless.push(name);
    } else {
      const near = nearest(name, [...ours.keys()]);
      const hint = near === undefined ? 'see --help' : `did you mean ${near}?`;
      notes.push({ level: 'warn', message: `nobody knows ${name}; ${hint}` });
    }
  }
  if (needless.length > 0) {
    const message = `without a meaning here, not looked at: ${needless.join(', ')}`;
    notes.push({ level: 'info', message });
  }
  return notes;
}
