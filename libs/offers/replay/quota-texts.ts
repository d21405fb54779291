import { assertNever } from '@ekiden/kernel';

import type { QuotaViolation } from '../src/master/index.js';
import { formatMilli, type Milli } from '../src/resources/index.js';

/** A rule that a quota for `role` breaks, as one sentence. */
export function describeQuotaViolation(role: string, violation: QuotaViolation): string {
  const { kind, name } = violation;
  switch (kind) {
    case 'guaranteeAboveLimit': {
      const amounts = above(violation.guarantee, violation.limit);
      return `the guarantee of ${name} is above its limit (${amounts})`;
    }
    case 'subtreeAboveLimit': {
      const amounts = above(violation.guarantees, violation.limit);
      return `guarantees of ${name} below ${violation.role} exceed its limit (${amounts})`;
    }
    case 'aboveCapacity': {
      const amounts = above(violation.guarantees, violation.capacity);
      return `all guarantees of ${name} exceed the cluster's total (${amounts})`;
    }
    case 'belowConsumption': {
      const amounts = above(violation.used, violation.limit);
      return `${role} consumes more ${name} than the new limit (${amounts})`;
    }
    default:
      return assertNever(violation);
  }
}

function above(amount: Milli, bound: Milli): string {
  return `${formatMilli(amount)} > ${formatMilli(bound)}`;
}
