import {
  ChanceIdSource,
  millis,
  present,
  runSteps,
  SeededChance,
  type AgentId,
  type TaskId,
} from '@ekiden/kernel';
import { expect } from 'chai';

import { agentInfo, F } from '../../testing/master-stage.js';
import { bag } from '../../testing/bag.js';
import { drfAllocator } from '../allocator/index.js';
import { Draft } from './draft.js';
import { checkInvariants } from './invariants.js';
import { restoreTables } from './restore.js';
import type { AgentRow, FrameworkRow, TaskRow } from './rows.js';
import { settingsOf } from './settings.js';
import { MasterTables } from './tables.js';

/** More than are counted anew in one turn. */
const AGENTS = 40;

const FRAMEWORK: FrameworkRow = {
  id: F,
  info: { id: F, name: 'F', roles: ['*'], failoverTimeout: millis(60_000) },
  connected: true,
  tearingDown: false,
};

function agentRow(index: number): AgentRow {
  return { ...agentInfo(`a${index}`), activated: true, reachable: true, registered: true };
}

function taskRow(index: number): TaskRow {
  return {
    id: `t${index}` as TaskId,
    frameworkId: F,
    role: '*',
    agentId: `a${index}` as AgentId,
    name: 'task',
    resources: bag('cpus:1;mem:100'),
    state: 'TASK_RUNNING',
    info: null,
    epoch: 1,
    launchedAt: millis(0),
    statusAt: millis(0),
  };
}

/** A turn that touches every one of many agents, each with a task. */
function turnOnMany(): Draft {
  const tables = new MasterTables(drfAllocator());
  const numbers = Array.from({ length: AGENTS }, (_, index) => index);
  const agents = numbers.map(agentRow);
  runSteps(restoreTables(tables, { agents, frameworks: [FRAMEWORK], tasks: numbers.map(taskRow) }));
  const chance = new SeededChance(1);
  const ids = new ChanceIdSource(chance);
  const draft = new Draft(tables, { now: millis(1), chance, ids, epoch: 2 }, settingsOf({}));
  for (const { id } of agents) draft.touched.add(id);
  return draft;
}

function task(draft: Draft, index: number): TaskRow {
  return present(draft.tasks.get(`t${index}` as TaskId), `task ${index}`);
}

function breachesOf(draft: Draft): readonly string[] {
  return runSteps(checkInvariants(draft));
}

describe('invariants of a turn that touches many agents', () => {
  it('hold while nothing changes', () => {
    expect(breachesOf(turnOnMany())).to.deep.equal([]);
  });

  for (const index of [0, AGENTS - 1]) {
    it(`find agent ${index}, of which a task has ended and its resources were not freed`, () => {
      const draft = turnOnMany();
      const ended = task(draft, index);
      draft.tasks.put(ended.id, { ...ended, state: 'TASK_FINISHED' });
      expect(breachesOf(draft).join()).to.match(
        new RegExp(`^agent a${index}: allocated cpus:1;mem:100, rows say`),
      );
    });

    it(`find agent ${index}, of which resources were freed that a task still has`, () => {
      const draft = turnOnMany();
      const { agentId, resources } = task(draft, index);
      draft.recover({ frameworkId: F, role: '*', agentId }, resources);
      expect(breachesOf(draft).join()).to.match(new RegExp(`^agent a${index}: allocated`));
    });
  }

  it('go on from what earlier turns made of the rows', () => {
    const draft = turnOnMany();
    const ended = task(draft, AGENTS - 1);
    draft.tasks.put(ended.id, { ...ended, state: 'TASK_FINISHED' });
    draft.recover({ frameworkId: F, role: '*', agentId: ended.agentId }, ended.resources);
    expect(breachesOf(draft)).to.deep.equal([]);
    draft.merge();
    const next = new Draft(draft.tables, draft.ctx, draft.settings);
    for (let index = 0; index < AGENTS; index += 1) next.touched.add(`a${index}` as AgentId);
    expect(breachesOf(next)).to.deep.equal([]);
  });

  it('find tasks that live on without their framework', () => {
    const draft = turnOnMany();
    draft.frameworks.remove(F);
    const left = breachesOf(draft).filter((breach) => breach.includes('belongs to no framework'));
    expect(left).to.have.lengthOf(AGENTS);
  });

  it('find what is kept of an agent when the rows say something else', () => {
    const draft = turnOnMany();
    const { tables } = draft;
    for (let index = 0; index < AGENTS; index += 1) tables.usage.of(`a${index}` as AgentId);
    const first = task(draft, 0);
    // Past the books, as nothing does.
    tables.tasks.put(first.id, { ...first, resources: bag('cpus:2;mem:100') });
    expect(breachesOf(draft).join()).to.include('is kept as used, rows say');
  });
});
