import { millis, Overlay, Table, type AgentId, type TaskId, type TaskState } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import { bag } from '../../testing/bag.js';
import { F } from '../../testing/master-stage.js';
import { formatResources, type Resources } from '../resources/index.js';
import type { TaskExecutor, TaskRow } from './rows.js';
import { UsageBooks, UsageDraft, type Use } from './usage-books.js';

const AGENTS = ['A', 'B', 'C'] as AgentId[];
/** By number of a task: no port is of two. */
const SIZES: readonly ((n: number) => Resources)[] = [
  () => bag('cpus:1;mem:100'),
  () => bag('cpus:0.3'),
  (n) => bag(`cpus:0.1;ports:[${31_000 + n * 4}-${31_003 + n * 4}]`),
];
const EXECUTORS: readonly (TaskExecutor | undefined)[] = [
  undefined,
  { id: 'small', resources: [] as unknown as Resources },
  { id: 'large', resources: bag('mem:32') },
];
const STATES: readonly TaskState[] = ['TASK_STAGING', 'TASK_RUNNING', 'TASK_FINISHED'];

const anyRow: fc.Arbitrary<TaskRow> = fc
  .record({
    n: fc.nat(11),
    agentId: fc.constantFrom(...AGENTS),
    size: fc.constantFrom(...SIZES),
    executor: fc.constantFrom(...EXECUTORS),
    state: fc.constantFrom(...STATES),
  })
  .map(({ executor, n, size, ...row }) => ({
    ...row,
    id: `t${n}` as TaskId,
    resources: size(n),
    ...(executor === undefined ? {} : { executor }),
    frameworkId: F,
    role: '*',
    name: 'task',
    info: null,
    epoch: 1,
    launchedAt: millis(0),
    statusAt: millis(0),
  }));
const anyTurn = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: anyRow },
    { weight: 1, arbitrary: fc.nat(11).map((n) => `t${n}` as TaskId) },
  ),
  { maxLength: 12 },
);

function told({ used, living, grouped }: Use): string {
  return `${formatResources(used)}, ${living} living, ${grouped} grouped`;
}

describe('what the tasks of an agent use', () => {
  it('is what the rows say, in a draft and after it, however it came about', () => {
    fc.assert(
      fc.property(fc.array(anyTurn, { maxLength: 8 }), (turns) => {
        const table = new Table<TaskId, TaskRow>({ agent: (row) => [row.agentId] });
        const books = new UsageBooks(table);
        const all = (from: { of(id: AgentId): Use }): string[] =>
          AGENTS.map((id) => told(from.of(id)));
        for (const turn of turns) {
          const before = all(books);
          const rows = new Overlay(table);
          for (const move of turn) {
            if (typeof move === 'string') rows.remove(move);
            else rows.put(move.id, move);
          }
          const draft = new UsageDraft(books);
          for (const [id, row] of rows.changes()) draft.replace(rows.before(id), row);
          const drafted = all(draft);
          expect(all(books)).to.deep.equal(before);
          books.take(rows.changes());
          rows.merge();
          const counted = all(new UsageBooks(table));
          expect(drafted).to.deep.equal(counted);
          expect(all(books)).to.deep.equal(counted);
        }
      }),
    );
  });
});
