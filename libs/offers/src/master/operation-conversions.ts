import { assertNever, err, ok, type Result } from '@ekiden/kernel';

import type { FrameworkInfo, ResourceOperation } from '../framework/index.js';
import {
  createVolumes,
  destroyVolumes,
  formatResource,
  growVolume,
  isRefined,
  isShared,
  reservationStack,
  reserveAs,
  shrinkVolume,
  unreserve,
  volumeIds,
  type Conversion,
  type Resource,
  type Resources,
} from '../resources/index.js';
import type { AgentRow } from './rows.js';

/** Who wants an operation done, under which role. */
export interface Requester {
  readonly role: string;
  readonly info: FrameworkInfo;
}

/**
 * What an operation does to resources, or the rule it breaks; nothing is done yet. `requester`
 * absent = an operator, who is not bound to a role.
 */
export function conversionsOf(
  operation: ResourceOperation,
  agent: AgentRow,
  requester?: Requester,
): Result<readonly Conversion[], string> {
  const rule =
    agentRule(operation, agent) ??
    (requester === undefined ? undefined : requesterRule(operation, requester));
  if (rule !== undefined) return err(rule);
  const result = plainConversions(operation);
  if (result.ok) return ok(result.value);
  const { object, rule: broken } = result.error;
  return err(object === undefined ? broken : `${formatResource(object)}: ${broken}`);
}

function plainConversions(operation: ResourceOperation): ReturnType<typeof unreserve> {
  switch (operation.kind) {
    case 'RESERVE':
      return reserveAs(operation.resources);
    case 'UNRESERVE':
      return unreserve(operation.resources);
    case 'CREATE':
      return createVolumes(operation.volumes);
    case 'DESTROY':
      return destroyVolumes(operation.volumes);
    case 'GROW_VOLUME':
      return growVolume(operation.volume, operation.addition);
    case 'SHRINK_VOLUME':
      return shrinkVolume(operation.volume, operation.subtract);
    default:
      return assertNever(operation);
  }
}

/** What the agent cannot do, and names that are taken there. */
function agentRule(operation: ResourceOperation, agent: AgentRow): string | undefined {
  const can = agent.capabilities;
  if (operation.id !== undefined && can?.includes('AGENT_OPERATION_FEEDBACK') === false) {
    return 'the agent gives no feedback on operations';
  }
  if (operation.kind === 'GROW_VOLUME' || operation.kind === 'SHRINK_VOLUME') {
    return can?.includes('RESIZE_VOLUME') === false ? 'the agent cannot resize volumes' : undefined;
  }
  if (operation.kind !== 'CREATE') return undefined;
  const known = new Set(volumeIds(agent.total).map(({ role, id }) => `${role} ${id}`));
  const taken = volumeIds(operation.volumes).find(({ role, id }) => known.has(`${role} ${id}`));
  return taken === undefined
    ? undefined
    : `${taken.role} has a volume ${taken.id} on the agent already`;
}

/** Principals are checked as in Mesos: only for a framework that has one. */
function requesterRule(operation: ResourceOperation, requester: Requester): string | undefined {
  const { role, info } = requester;
  const can = info.capabilities ?? [];
  if (operation.kind === 'RESERVE') {
    for (const object of operation.resources) {
      const top = reservationStack(object).at(-1);
      if (top?.role !== role) return `${formatResource(object)} is not to be reserved for ${role}`;
      if (info.principal !== undefined && top.principal !== info.principal) {
        return `the reservation is made by ${top.principal ?? 'nobody'}, not ${info.principal}`;
      }
    }
    const refined = operation.resources.some(isRefined);
    return refined && !can.includes('RESERVATION_REFINEMENT')
      ? 'the framework does not declare RESERVATION_REFINEMENT'
      : undefined;
  }
  return operation.kind === 'CREATE' ? createRule(operation.volumes, info) : undefined;
}

function createRule(volumes: Resources, info: FrameworkInfo): string | undefined {
  const shared = volumes.some(isShared);
  if (shared && info.capabilities?.includes('SHARED_RESOURCES') !== true) {
    return 'the framework does not declare SHARED_RESOURCES';
  }
  if (info.principal === undefined) return undefined;
  const foreign = volumes.find((object) => principalOf(object) !== info.principal);
  if (foreign === undefined) return undefined;
  return `the volume is made by ${principalOf(foreign) ?? 'nobody'}, not ${info.principal}`;
}

function principalOf(volume: Resource): string | undefined {
  return volume.disk?.persistence?.principal;
}
