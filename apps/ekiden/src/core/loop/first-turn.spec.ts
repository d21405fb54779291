import { expect } from 'chai';
import { ChanceIdSource, SeededChance, type TaskState } from '@ekiden/kernel';
import { SmallWorld, changeCommand } from '../../../testing/small-world.js';
import { buildState } from '../../runtime/build-state.js';
import { DEFAULT_SETTINGS, type ServiceState } from '../turn/index.js';
import { takeTurn } from './take-turn.js';

/** What a new leader reads after the world's one has gone. */
function nextTerm({ state }: SmallWorld): ServiceState {
  const { rows, master } = state;
  const stored = {
    turn: state.turn,
    lastEvent: state.lastEvent,
    rootVersion: state.rootVersion,
    apps: [...rows.apps.values()],
    groups: [...rows.groups.values()],
    appVersions: [...rows.appVersions.values()],
    instances: [...rows.instances.values()],
    deployments: [...rows.deployments.values()],
    launchDelays: [...rows.launchDelays.values()],
    taskFailures: [...rows.taskFailures.values()],
    agents: [...master.state.agents.values()],
    frameworks: [...master.state.frameworks.values()],
    tasks: [...master.state.tasks.values()],
  };
  const ids = new ChanceIdSource(new SeededChance(2));
  return buildState(stored, { epoch: 2, ids, now: rows.apps.size as never });
}

describe('the first turn of a term', () => {
  for (const [state, condition] of [
    ['TASK_RUNNING', 'Running'],
    ['TASK_FAILED', 'Scheduled'],
  ] as const satisfies readonly (readonly [TaskState, string])[]) {
    it(`hears ${state} although nothing of the term has happened yet`, () => {
      const world = new SmallWorld();
      world.behaviour = () => ({ stuck: true });
      const app = { cmd: 'sleep 100', cpus: 0.1 };
      world.send(changeCommand({ kind: 'createApp', id: '/a' as never, app }));
      const task = world.instances('/a')[0]?.task;
      if (task === undefined) throw new Error('nothing was placed');

      const chance = new SeededChance(3);
      const { id: taskId, agentId } = task;
      const now = world.clock.now();
      const turn = takeTurn({
        state: nextTerm(world),
        batch: [
          { kind: 'hostStatus', status: { taskId, agentId, state, source: 'EXECUTOR', at: now } },
        ],
        now,
        ids: new ChanceIdSource(chance),
        chance,
        settings: DEFAULT_SETTINGS,
      });

      const conditions = turn.draft.instances.by('app', '/a').map((i) => i.condition);
      expect(conditions).to.deep.equal([condition]);
    });
  }
});
