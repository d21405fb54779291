import { assertNever } from '@ekiden/kernel';
import { withMemory, type Workload } from '../meter.js';
import type { WorkloadSpec } from '../specs.js';
import { openAdding } from './adding.js';
import { openArithmetic } from './arithmetic.js';
import { openAllFiltered, openDeclines } from './declines.js';
import { openFreed } from './freed.js';
import { openQuotaOrNot, openQuotas } from './quotas.js';
import { openReserving } from './reserving.js';
import { openReviving } from './reviving.js';
import { openRoleBooks } from './role-books.js';
import { openSorting } from './sorting.js';
import { openSuppressing } from './suppressing.js';
import { openTwoLoads } from './two-loads.js';

/** Sets a workload up, in this very process. */
export function openWorkload(spec: WorkloadSpec): Workload {
  return withMemory(bareWorkload(spec));
}

function bareWorkload(spec: WorkloadSpec): Workload {
  switch (spec.kind) {
    case 'declines':
      return openDeclines(spec);
    case 'allFiltered':
      return openAllFiltered(spec);
    case 'adding':
      return openAdding(spec);
    case 'suppressing':
      return openSuppressing(spec);
    case 'quotas':
      return openQuotas(spec);
    case 'quotaOrNot':
      return openQuotaOrNot(spec);
    case 'twoLoads':
      return openTwoLoads(spec);
    case 'roleBooks':
      return openRoleBooks(spec);
    case 'reviving':
      return openReviving(spec);
    case 'freed':
      return openFreed(spec);
    case 'reserving':
      return openReserving(spec);
    case 'arithmetic':
      return openArithmetic();
    case 'sorting':
      return openSorting(spec);
    default:
      return assertNever(spec);
  }
}
