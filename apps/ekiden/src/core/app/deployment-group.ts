import type { AppDefinition } from './app-definition.js';

const LABEL = 'HAPROXY_DEPLOYMENT_GROUP';

/** Longer names are no names: what is sorted out by them is kept in memory. */
const NAME_MAX = 253;

/**
 * The deployment group that an app says it belongs to, as marathon-lb reads it: several apps that
 * are one service while one takes the place of the other (marathon-behaviour 3.2).
 */
export function deploymentGroupOf({ labels }: Pick<AppDefinition, 'labels'>): string | undefined {
  const name = labels[LABEL]?.trim() ?? '';
  return name === '' || name.length > NAME_MAX ? undefined : name;
}
