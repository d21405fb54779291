import type { Offer, Resources, TaskLaunch } from '@ekiden/offers';
import { isPod, parentOf, topGroupOf, usesHostNetwork, type AppDefinition } from '../app/index.js';
import { previewVariables } from '../deployment/index.js';
import {
  podTaskIdOf,
  taskIdOf,
  type Instance,
  type InstanceReservation,
  type InstanceTask,
} from '../instance/index.js';
import { taskSpecFor } from '../launch/index.js';
import { executorOf } from '../matching/index.js';
import { scopeOf } from './assign-scope.js';
import type { ServiceDirectory } from '../traffic/index.js';
import type { AgentAddresses, TurnContext } from '../turn/index.js';
import type { Volume } from '../volume/index.js';
import { isSerial } from './reach-serial.js';

/** An instance, where it goes, and what it takes there. */
export interface Placement {
  readonly app: AppDefinition;
  readonly instance: Instance;
  readonly offer: Offer;
  readonly hostPorts: readonly (number | undefined)[];
  readonly resources: Resources;
  readonly reservation?: InstanceReservation;
  readonly volumes?: readonly Volume[];
}

/** The instance gets its task: Provisioned, committed before the host hears of it. */
export function provision(
  context: TurnContext,
  placement: Placement,
  services: ServiceDirectory,
): TaskLaunch {
  const { draft, now, state } = context;
  const { app, instance, offer, resources, reservation, volumes = [] } = placement;
  const incarnation = instance.incarnation + 1;
  const hostPorts = placement.hostPorts.flatMap((port) => port ?? []);
  const addresses = draft.addresses.get(offer.agentId);
  const reached = servicesAt(app, addresses);
  // The command of a hook sees what its app sees.
  const dependent = instance.hook === undefined ? app : (draft.apps.get(parentOf(app.id)) ?? app);
  const task: InstanceTask = {
    id: isPod(app) ? podTaskIdOf(instance.id, incarnation) : taskIdOf(instance.id, incarnation),
    agentId: offer.agentId,
    host: offer.hostname,
    ...(addresses === undefined ? {} : { hostAddress: addresses.hostPorts }),
    ...(reached === undefined ? {} : { servicesAt: reached }),
    hostPorts,
    ipAddresses: [],
    state: 'TASK_STAGING',
    stagedAt: now,
  };
  const { id, scope: _left, ...rest } = instance;
  const scope = scopeOf(context, { app: dependent, instance }, services);
  draft.putInstance({
    // A field first: what begins with a spread gets a hidden class of its own (ADR 0062).
    id,
    ...rest,
    ...(scope === undefined ? {} : { scope }),
    incarnation,
    condition: 'Provisioned',
    since: now,
    task,
    ...(reservation === undefined ? {} : { reservation }),
  });
  const spec = taskSpecFor({
    app,
    taskId: task.id,
    epoch: state.epoch,
    host: offer.hostname,
    hostPorts: placement.hostPorts,
    volumes,
    envVarsPrefix: context.settings.envVarsPrefix,
    ...slotOf(context, app, instance),
    enforceRole: context.draft.groups.get(topGroupOf(app.id))?.enforceRole ?? false,
    serviceVariables: {
      ...services.variablesOf(dependent, reached, scope).variables,
      ...previewsFor(context, instance, reached),
    },
    chance: context.chance,
  });
  context.launched.add(task.id);
  const { priority } = app;
  const urgency = priority === undefined ? {} : { priority };
  return { taskId: task.id, name: app.id, resources, info: spec, ...urgency };
}

function slotOf(
  context: TurnContext,
  app: AppDefinition,
  { slot }: Instance,
): { readonly slot?: number } {
  return slot !== undefined && isSerial(context, app) ? { slot } : {};
}

/** What the command of a hook is told of versions that are not live yet, as it reaches them. */
function previewsFor(
  { draft }: TurnContext,
  { hook }: Instance,
  reached: string | undefined,
): Readonly<Record<string, string>> {
  const deployment = hook === undefined ? undefined : draft.deployments.get(hook.deployment);
  if (hook === undefined || deployment === undefined) return {};
  return previewVariables(deployment, hook.key, reached);
}

/** A container in the host's network sees what processes there see. */
function servicesAt(app: AppDefinition, addresses: AgentAddresses | undefined): string | undefined {
  const inContainer = executorOf(app) === 'docker' && !usesHostNetwork(app.networks);
  return inContainer ? addresses?.servicesFromContainers : addresses?.servicesFromHost;
}
