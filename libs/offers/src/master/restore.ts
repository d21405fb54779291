import { assert, eachInSteps, isTerminalTaskState, type Steps } from '@ekiden/kernel';

import type { AllocatorEvent } from '../allocator/index.js';
import { agentFacts } from './agent-facts.js';
import { frameworkFacts } from './frameworks.js';
import { isExpected } from './recovery.js';
import type { FrameworkRow, StoredRows } from './rows.js';
import type { MasterTables } from './tables.js';

/** Events per merge, so that the undo log of a large restore stays small. */
const CHUNK = 1000;

const EVENTS_PER_STEP = 100;

/**
 * Fills an empty master from stored rows: the allocator's books follow from the tasks alone. Every
 * framework is away until it subscribes, and no agent is offered until it registers again.
 */
export function* restoreTables(tables: MasterTables, rows: StoredRows): Steps<void> {
  assert(tables.agents.size + tables.tasks.size === 0, 'only an empty master can be restored');
  yield* eachInSteps(rows.agents, (row) => {
    tables.agents.put(row.id, { ...row, registered: false });
  });
  for (const row of rows.frameworks) tables.frameworks.put(row.id, awayNow(row));
  let hasQuotas = false;
  for (const row of rows.roles ?? []) {
    tables.roles.put(row.id, row);
    if (row.quota !== undefined) hasQuotas = true;
  }
  if (hasQuotas) tables.expectedAgents = [...tables.agents.values()].filter(isExpected).length;
  yield* eachInSteps(rows.tasks, (row) => {
    const known = tables.agents.has(row.agentId) || isTerminalTaskState(row.state);
    assert(known, `task ${row.id} is on unknown agent ${row.agentId}`);
    assert(tables.frameworks.has(row.frameworkId), `task ${row.id} has no framework`);
    tables.tasks.put(row.id, row);
  });
  let turn = tables.allocator.begin();
  let count = 0;
  for (const event of eventsOf(tables)) {
    turn.reduce(event);
    count += 1;
    if (count % EVENTS_PER_STEP === 0) yield;
    if (count % CHUNK > 0) continue;
    turn.merge();
    turn = tables.allocator.begin();
  }
  turn.merge();
}

function* eventsOf(tables: MasterTables): IterableIterator<AllocatorEvent> {
  for (const { id: role, weight, quota } of tables.roles.values()) {
    yield { kind: 'weightChanged', role, weight };
    if (quota !== undefined) yield { kind: 'quotaChanged', role, quota };
  }
  for (const row of tables.agents.values()) {
    if (row.goneSince !== undefined) continue;
    const { unavailability } = row;
    const window = unavailability === undefined ? {} : { unavailability };
    yield { kind: 'agentAdded', agent: agentFacts(row, []), active: false, ...window };
  }
  for (const { info } of tables.frameworks.values()) {
    yield { kind: 'frameworkAdded', active: false, ...frameworkFacts(info) };
  }
  const executors = new Set<string>();
  for (const task of tables.tasks.values()) {
    if (isTerminalTaskState(task.state)) continue;
    const { frameworkId, role, agentId, resources, executor } = task;
    yield { kind: 'allocated', frameworkId, role, agentId, resources };
    if (executor === undefined || executor.resources.length === 0) continue;
    const key = `${agentId} ${executor.id}`;
    if (executors.has(key)) continue;
    executors.add(key);
    yield { kind: 'allocated', frameworkId, role, agentId, resources: executor.resources };
  }
}

/** How long it was away already is known only if it was away before the restart. */
function awayNow(row: FrameworkRow): FrameworkRow {
  return { ...row, connected: false };
}
