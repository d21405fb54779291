import { assertNever } from '@ekiden/kernel';
import { formatMilli, type Milli, type PortShortage } from '@ekiden/offers';
import type { Constraint } from '../app/index.js';
import type { RefusalReason } from './queue-entry.js';

/** Why an agent does not take an instance: the rule, what was wanted, what was seen. */
export type Refusal =
  | { readonly by: 'role'; readonly accepted: readonly string[] }
  | { readonly by: 'executor'; readonly wanted: string; readonly offered: readonly string[] }
  | { readonly by: 'constraint'; readonly constraint: Constraint; readonly saw: string | undefined }
  | { readonly by: 'agentInactive' }
  | {
      readonly by: 'cpus' | 'mem' | 'disk' | 'gpus';
      readonly wanted: Milli;
      readonly offered: Milli;
    }
  | { readonly by: 'ports'; readonly shortage: PortShortage };

/** The refusal in Marathon's words (marathon-api 5.12). */
export function reasonOf(refusal: Refusal): RefusalReason {
  switch (refusal.by) {
    case 'role':
      return 'UnfulfilledRole';
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
    default:
      return assertNever(refusal);
  }
}

function showConstraint(constraint: Constraint): string {
  const { field, operator, value } = constraint;
  return value === undefined ? `[${field}, ${operator}]` : `[${field}, ${operator}, ${value}]`;
}

/** The refusal for people. */
export function sentenceOf(refusal: Refusal): string {
  switch (refusal.by) {
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
      return 'agent: takes no new tasks (unreachable or deactivated)';
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus': {
      const wanted = formatMilli(refusal.wanted);
      return `${refusal.by}: wants ${wanted}, ${formatMilli(refusal.offered)} free`;
    }
    case 'ports':
      return refusal.shortage.kind === 'portTaken'
        ? `ports: host port ${refusal.shortage.port} is not free`
        : `ports: wants ${refusal.shortage.wanted}, ${refusal.shortage.available} free`;
    default:
      return assertNever(refusal);
  }
}
