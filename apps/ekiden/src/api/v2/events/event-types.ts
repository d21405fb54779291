/**
 * Marathon's catalogue (marathon-api 9.2). Streams without a filter get these and nothing else, so
 * that clients written for Marathon meet no event they do not know; other types go to those that
 * name them.
 */
const MARATHON_TYPES: ReadonlySet<string> = new Set([
  'api_post_event',
  'pod_created_event',
  'pod_updated_event',
  'pod_deleted_event',
  'status_update_event',
  'instance_changed_event',
  'instance_health_changed_event',
  'unknown_instance_terminated_event',
  'app_terminated_event',
  'add_health_check_event',
  'remove_health_check_event',
  'failed_health_check_event',
  'health_status_changed_event',
  'unhealthy_instance_kill_event',
  'group_change_success',
  'group_change_failed',
  'deployment_success',
  'deployment_failed',
  'deployment_info',
  'deployment_step_success',
  'deployment_step_failure',
  'event_stream_attached',
  'event_stream_detached',
  'subscribe_event',
  'unsubscribe_event',
  'scheduler_registered_event',
  'scheduler_reregistered_event',
  'scheduler_disconnected_event',
  'framework_message_event',
]);

export type EventFilter = (type: string) => boolean;

/** Without names: all that Marathon knows. With names: exactly those. */
export function eventFilter(names: readonly string[]): EventFilter {
  const wanted = new Set(names.filter((name) => name !== ''));
  return wanted.size === 0 ? (type) => MARATHON_TYPES.has(type) : (type) => wanted.has(type);
}
