import { assertNever, type TaskId } from '@ekiden/kernel';
import { formatMilli, type Explanation, type Milli, type PortShortage } from '@ekiden/offers';
import type { Constraint, PathId } from '../app/index.js';
import type { DiskShortage } from '../volume/index.js';
import type { BrokenConstraint } from './constraint-table.js';
import type { RefusalReason } from './queue-entry.js';

/** Why an agent does not take an instance: the rule, what was wanted, what was seen. */
export type Refusal =
  /** Nothing about the agent: a pod that no host can run, and why. */
  | { readonly by: 'pod'; readonly obstacle: string }
  | { readonly by: 'role'; readonly accepted: readonly string[] }
  | { readonly by: 'executor'; readonly wanted: string; readonly offered: readonly string[] }
  | ({ readonly by: 'constraint' } & BrokenConstraint)
  /** `state` = what keeps new tasks away from it, in words. */
  | { readonly by: 'agentInactive'; readonly state: string }
  /** It fits, and the allocator does not offer it to us. */
  | { readonly by: 'allocator'; readonly gate: Explanation['kind']; readonly message: string }
  | {
      readonly by: 'cpus' | 'mem' | 'disk' | 'gpus';
      readonly wanted: Milli;
      readonly offered: Milli;
    }
  /** `holder` = who has the host port, where that is known. */
  | { readonly by: 'ports'; readonly shortage: PortShortage; readonly holder?: PortHolder }
  /** GPUs that it would not use lie idle there (marathon-behaviour 4.11). */
  | { readonly by: 'scarceGpus'; readonly offered: Milli }
  | ({ readonly by: 'volume' } & DiskShortage);

/** Who has a host port: a task of an app, or something of the host that is none of ours. */
export type PortHolder =
  | { readonly kind: 'task'; readonly taskId: TaskId; readonly appId: PathId }
  | { readonly kind: 'foreign' }
  /** Nobody: the agent does not offer this port at all. */
  | { readonly kind: 'notOffered' };

/** The refusal in Marathon's words (marathon-api 5.12). */
export function reasonOf(refusal: Refusal): RefusalReason {
  switch (refusal.by) {
    case 'role':
      return 'UnfulfilledRole';
    case 'allocator':
      return reasonOfGate(refusal.gate);
    case 'pod':
    case 'executor':
    case 'constraint':
      return 'UnfulfilledConstraint';
    case 'agentInactive':
      return 'AgentMaintenance';
    case 'cpus':
      return 'InsufficientCpus';
    case 'mem':
      return 'InsufficientMemory';
    case 'disk':
      return 'InsufficientDisk';
    case 'gpus':
      return 'InsufficientGpus';
    case 'ports':
      return 'InsufficientPorts';
    case 'scarceGpus':
      return 'DeclinedScarceResources';
    case 'volume':
      return 'InsufficientDisk';
    default:
      return assertNever(refusal);
  }
}

/** Marathon heard of no such thing: its master just made no offer to its role. */
function reasonOfGate(gate: Explanation['kind']): RefusalReason {
  if (gate === 'hostLeftOut' || gate === 'offerConstraints') return 'UnfulfilledConstraint';
  return gate === 'frameworkCapability' ? 'DeclinedScarceResources' : 'UnfulfilledRole';
}

/** As it is written in a definition: field, operator, and value if it has one. */
export function constraintParts({ field, operator, value }: Constraint): readonly string[] {
  return value === undefined ? [field, operator] : [field, operator, value];
}

/** The same as one text: `[rack, GROUP_BY, 3]`. */
export function showConstraint(constraint: Constraint): string {
  return `[${constraintParts(constraint).join(', ')}]`;
}

/** The refusal for people. */
export function sentenceOf(refusal: Refusal): string {
  switch (refusal.by) {
    case 'pod':
      return `pod: ${refusal.obstacle}`;
    case 'role':
      return `role: accepts only resources of ${refusal.accepted.join(', ')}, none are free here`;
    case 'executor': {
      const offered = refusal.offered.length === 0 ? 'nothing' : refusal.offered.join(', ');
      const why = refusal.wanted === 'docker' ? ' (no Docker engine of it answers)' : '';
      return `executor: needs ${refusal.wanted}, this agent runs ${offered}${why}`;
    }
    case 'constraint': {
      const saw = refusal.saw ?? 'an agent without this attribute';
      return `constraint ${showConstraint(refusal.constraint)} does not accept ${saw}`;
    }
    case 'agentInactive':
      return `agent: takes no new tasks (${refusal.state})`;
    case 'allocator':
      return `allocator: ${refusal.message}`;
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus': {
      const wanted = formatMilli(refusal.wanted);
      return `${refusal.by}: wants ${wanted}, ${formatMilli(refusal.offered)} free`;
    }
    case 'ports':
      return refusal.shortage.kind === 'portTaken'
        ? `ports: host port ${refusal.shortage.port} ${showHolder(refusal.holder)}`
        : `ports: wants ${refusal.shortage.wanted}, ${refusal.shortage.available} free`;
    case 'scarceGpus':
      return (
        `gpus: ${formatMilli(refusal.offered)} free here are kept for apps that use them ` +
        '(label GPU_SCHEDULING_BEHAVIOR=unrestricted accepts such hosts)'
      );
    case 'volume': {
      const { containerPath, type, size, largest } = refusal;
      const most = largest === 0 ? 'there is none' : `the largest free has ${formatMilli(largest)}`;
      return `volume ${containerPath}: wants ${formatMilli(size)} MiB of a ${type} disk, ${most}`;
    }
    default:
      return assertNever(refusal);
  }
}

function showHolder(holder: PortHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'is not free';
    case 'task':
      return `is held by ${holder.appId} (task ${holder.taskId})`;
    case 'foreign':
      return 'is held by something else on this host';
    case 'notOffered':
      return 'is not among the ports of this agent';
  }
}
