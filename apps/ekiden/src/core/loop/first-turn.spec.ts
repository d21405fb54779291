import { expect } from 'chai';
import {
  ChanceIdSource,
  SeededChance,
  type TaskId,
  type TaskState,
  type TaskStatus,
} from '@ekiden/kernel';
import { SmallWorld, changeCommand } from '../../../testing/small-world.js';
import { storedStateOf } from '../../../testing/stored-state.js';
import { buildState } from '../../runtime/build-state.js';
import { DEFAULT_SETTINGS, type Command, type ServiceState } from '../turn/index.js';
import { takeTurn, type Turn } from './take-turn.js';

/** What a new leader reads after the world's one has gone. */
function nextTerm({ state, clock }: SmallWorld): ServiceState {
  const ids = new ChanceIdSource(new SeededChance(2));
  return buildState(storedStateOf(state), { epoch: 2, ids, now: clock.now() });
}

/** A world with one instance whose task was launched and has not been heard of since. */
function launched(): { readonly world: SmallWorld; readonly statusOf: StatusOf; taskId: TaskId } {
  const world = new SmallWorld();
  world.behaviour = () => ({ stuck: true });
  const app = { cmd: 'sleep 100', cpus: 0.1 };
  world.command(changeCommand({ kind: 'createApp', id: '/a' as never, app }));
  const task = world.instances('/a')[0]?.task;
  if (task === undefined) throw new Error('nothing was placed');
  const { id: taskId, agentId } = task;
  const statusOf: StatusOf = (state) => ({
    kind: 'hostStatus',
    status: { taskId, agentId, state, source: 'EXECUTOR', at: world.clock.now() },
  });
  return { world, statusOf, taskId };
}

type StatusOf = (state: TaskState) => { readonly kind: 'hostStatus'; readonly status: TaskStatus };

function firstTurn(world: SmallWorld, batch: readonly Command[]): Turn {
  const chance = new SeededChance(3);
  return takeTurn({
    state: nextTerm(world),
    batch,
    now: world.clock.now(),
    ids: new ChanceIdSource(chance),
    chance,
    settings: DEFAULT_SETTINGS,
  });
}

describe('the first turn of a term', () => {
  for (const [state, condition] of [
    ['TASK_RUNNING', 'Running'],
    ['TASK_FAILED', 'Scheduled'],
  ] as const) {
    it(`hears ${state} although nothing of the term has happened yet`, () => {
      const { world, statusOf } = launched();
      const turn = firstTurn(world, [statusOf(state)]);
      const conditions = turn.draft.instances.by('app', '/a').map((i) => i.condition);
      expect(conditions).to.deep.equal([condition]);
    });
  }

  for (const order of ['before', 'after'] as const) {
    it(`does not repeat a launch whose task ended ${order} its host reported without it`, () => {
      const { world, statusOf, taskId } = launched();
      const ended = statusOf('TASK_KILLED');
      const { agentId } = ended.status;
      const report: Command = { kind: 'hostRecovered', agentId, found: [] };
      const batch = order === 'before' ? [ended, report] : [report, ended];
      const { effects } = firstTurn(world, batch);
      const again = effects.filter((e) => e.kind === 'launch' && e.taskId === taskId);
      expect(again).to.deep.equal([]);
    });
  }
});
