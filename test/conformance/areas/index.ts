import type { Area } from '../language/index.js';
import { apps } from './apps.js';
import { bulk } from './bulk.js';
import { checkRules } from './check-rules.js';
import { conflicts } from './conflicts.js';
import { defaults } from './defaults.js';
import { environment } from './environment.js';
import { errors } from './errors.js';
import { ids } from './ids.js';
import { kills } from './kills.js';
import { lists, selectors } from './lists.js';
import { eventTypes } from './event-types.js';
import { events } from './events.js';
import { groupLife } from './group-life.js';
import { groups } from './groups.js';
import { history } from './history.js';
import { merge } from './merge.js';
import { networks } from './networks.js';
import { networkRules } from './network-rules.js';
import { plans } from './plans.js';
import { podInstances } from './pod-instances.js';
import { podRules } from './pod-rules.js';
import { pods } from './pods.js';
import { pool } from './pool.js';
import { queue } from './queue.js';
import { residentRules } from './resident-rules.js';
import { restart } from './restart.js';
import { live } from './running.js';
import { scaleBy } from './scale-by.js';
import { shapes } from './shapes.js';
import { system } from './system.js';
import { tasks } from './tasks.js';
import { transport } from './transport.js';
import { validation } from './validation.js';

export const AREAS: readonly Area[] = [
  transport,
  shapes,
  errors,
  ids,
  apps,
  defaults,
  networks,
  merge,
  history,
  restart,
  selectors,
  lists,
  bulk,
  validation,
  checkRules,
  networkRules,
  residentRules,
  groups,
  groupLife,
  scaleBy,
  plans,
  conflicts,
  tasks,
  kills,
  live,
  environment,
  pods,
  podInstances,
  podRules,
  queue,
  events,
  eventTypes,
  system,
  pool,
];
