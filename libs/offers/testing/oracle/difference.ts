import type { AllocationRun, AllocatorTurn, RoleBooks } from '../../src/allocator/index.js';
import { formatQuantities } from '../../src/resources/index.js';
import { bagText } from './bag.js';
import { offersText } from './stage.js';
import type { World } from './world.js';

type Both = readonly [AllocatorTurn, AllocatorTurn];

/** In words, where two allocators are first apart; `undefined` when they are not. */
export const firstDifference = { ofRuns, ofBooks };

function ofRuns(a: AllocationRun, b: AllocationRun): string | undefined {
  return (
    apart('offers', offersText(a.allocations), offersText(b.allocations)) ??
    apart('inverse offers', inverseText(a), inverseText(b))
  );
}

function ofBooks(turns: Both, world: World, batch: boolean): string | undefined {
  for (const agentId of world.agents.keys()) {
    const [a, b] = turns.map((turn) => {
      const books = turn.agent(agentId);
      if (books === undefined) return 'unknown';
      const { active, total, allocated, available, unavailability } = books;
      return [
        `active ${String(active)}`,
        `total ${bagText(total)}`,
        `allocated ${bagText(allocated)}`,
        `available ${bagText(available)}`,
        `from ${unavailability?.start ?? 'never'}`,
      ].join(', ');
    });
    const what = apart(agentId, a, b);
    if (what !== undefined) return what;
  }
  const [mine, theirs] = turns.map((turn) => turn.roles().map(roleText).sort().join('\n'));
  return apart('roles', mine, theirs) ?? (batch ? undefined : ofDeadlines(turns));
}

/** Batch mode keeps filters by cycles, so their numbers are its own affair. */
function ofDeadlines(turns: Both): string | undefined {
  const [mine, theirs] = turns.map((turn) => `${turn.filters}, next ${turn.nextDeadline() ?? 0}`);
  return apart('filters', mine, theirs);
}

function roleText(books: RoleBooks): string {
  const { role, weight, share, quota, consumed, reserved, allocated, frameworks } = books;
  const members = frameworks
    .map(
      ({ frameworkId, share: own, active }) => `${frameworkId} ${shareText(own)} ${String(active)}`,
    )
    .sort();
  return [
    `${role} weight ${weight} share ${shareText(share)}`,
    `quota ${quota === undefined ? 'none' : JSON.stringify(quota)}`,
    `consumed ${formatQuantities(consumed)} reserved ${formatQuantities(reserved)}`,
    `allocated ${formatQuantities(allocated)} frameworks ${members.join()}`,
  ].join('; ');
}

/** Doubles of the same share may differ in their last digits; off the halves they round alike. */
function shareText(share: number): string {
  return (share + 1.234e-7).toFixed(6);
}

function inverseText(run: AllocationRun): string {
  return run.inverse
    .map(({ frameworkId, agentId, unavailability }) =>
      [frameworkId, agentId, unavailability.start].join(' '),
    )
    .sort()
    .join(' | ');
}

function apart(what: string, a: string | undefined, b: string | undefined): string | undefined {
  return a === b ? undefined : `${what}:\n  ${a ?? ''}\n  ${b ?? ''}`;
}
