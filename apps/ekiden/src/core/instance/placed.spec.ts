import { expect } from 'chai';
import fc from 'fast-check';
import { Overlay, Table, millis, type AgentId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { isTerminal } from './conditions.js';
import { countPlaced, placedTally } from './index.js';
import type { Condition, Instance, InstanceId } from './instance.js';
import { sampleInstance } from './sample-instance.js';

const APPS = ['/a', '/b'] as PathId[];
const AGENTS = ['s0', 's1', 's2'] as AgentId[];
const CONFIGS = [millis(1), millis(2)];
const CONDITIONS: Condition[] = ['Scheduled', 'Provisioned', 'Running', 'Unreachable', 'Failed'];

const anyRow: fc.Arbitrary<Instance> = fc
  .record({
    id: fc.integer({ min: 0, max: 11 }).map((n) => `i${n}` as InstanceId),
    appId: fc.constantFrom(...APPS),
    configVersion: fc.constantFrom(...CONFIGS),
    condition: fc.constantFrom(...CONDITIONS),
    agentId: fc.option(fc.constantFrom(...AGENTS), { nil: undefined }),
  })
  .map(({ agentId, ...row }) => {
    const { task, ...sample } = sampleInstance('one');
    if (task === undefined) throw new Error('the sample has a task');
    return { ...sample, ...row, ...(agentId === undefined ? {} : { task: { ...task, agentId } }) };
  });

describe('living instances of an app on an agent', () => {
  it('are counted as going through the rows counts them, in a draft and after it', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.array(anyRow), fc.boolean(), (rows, changed, isAsked) => {
        const table = new Table<InstanceId, Instance>({}, { placed: placedTally });
        for (const row of rows) table.put(row.id, row);
        const draft = new Overlay(table);
        // A tally is kept by the draft from when it is first asked for, or made when it is merged.
        if (isAsked) expectCounted(draft);
        for (const row of changed) {
          if (draft.get(row.id) === undefined || row.condition !== 'Unreachable') {
            draft.put(row.id, row);
          } else {
            draft.remove(row.id);
          }
        }
        if (isAsked) expectCounted(draft);
        draft.merge();
        expectCounted(table);
      }),
    );
  });
});

function expectCounted(rows: Pick<Table<InstanceId, Instance>, 'tally' | 'values'>): void {
  for (const app of APPS) {
    for (const config of CONFIGS) {
      for (const agentId of AGENTS) {
        const there = [...rows.values()].filter(
          (row) =>
            row.appId === app &&
            row.configVersion === config &&
            row.task?.agentId === agentId &&
            !isTerminal(row.condition),
        );
        expect(countPlaced(rows, app, { config, agentId })).to.equal(there.length);
      }
    }
  }
}
