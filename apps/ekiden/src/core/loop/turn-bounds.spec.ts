import { expect } from 'chai';
import { ChanceIdSource, SeededChance, millis } from '@ekiden/kernel';
import { SmallWorld, changeCommand } from '../../../testing/small-world.js';
import type { AppWire } from '../app/index.js';
import { noteProgress } from '../reconcile/note-progress.js';
import {
  DEFAULT_SETTINGS,
  Draft,
  type Command,
  type OrchestratorSettings,
  type TurnContext,
} from '../turn/index.js';
import { takeTurn, type Turn } from './take-turn.js';

/** Uses next to nothing and no ports. */
const SMALL: AppWire = { cmd: 'sleep 100', cpus: 0.001, mem: 1, portDefinitions: [] };

function firstTurn(change: Command, settings: Partial<OrchestratorSettings>): Turn {
  const { state, clock } = new SmallWorld();
  const chance = new SeededChance(1);
  const ids = new ChanceIdSource(chance);
  const all = { ...DEFAULT_SETTINGS, ...settings };
  return takeTurn({ state, batch: [change], now: clock.now(), ids, chance, settings: all });
}

function createApp(instances: number): Command {
  const app = { ...SMALL, instances };
  return changeCommand({ kind: 'createApp', id: '/web' as never, app });
}

describe('the bounds of a turn', () => {
  it('hold for all instances created, however often the app is looked at', () => {
    const { draft, more } = firstTurn(createApp(100), { startsPerTurn: 20 });
    expect([draft.instances.size, more]).to.deep.equal([20, true]);
  });

  it('hold for all apps together, but for a few instances of each', () => {
    const apps = ['a', 'b', 'c'].map((id) => ({ ...SMALL, id, instances: 100 }));
    const group = { id: '/many', apps };
    const change = changeCommand({ kind: 'createGroup', id: '/many' as never, group } as never);
    const { draft } = firstTurn(change, { startsPerTurn: 20 });
    const counts = apps.map(({ id }) => draft.instances.count('app', `/many/${id}`));
    expect(counts).to.deep.equal([20, 5, 5]);
  });

  it('refuse a change of more apps than can be committed in one piece, and try it out', () => {
    const apps = ['a', 'b', 'c'].map((id) => ({ ...SMALL, id, instances: 1 }));
    const group = { id: '/many', apps };
    const change = changeCommand({ kind: 'createGroup', id: '/many' as never, group } as never);
    const refused = firstTurn(change, { changesAtOnce: 2 });
    expect(refused.draft.apps.size).to.equal(0);
    expect(refused.replies).to.deep.equal([
      {
        kind: 'unprocessable',
        message:
          'This would change 3 apps at once, and one request changes no more than 2: ' +
          'change the groups inside one after the other',
      },
    ]);
    const tried = firstTurn({ ...change, dryRun: true } as Command, { changesAtOnce: 2 });
    expect(tried.replies[0]?.kind).to.equal('planned');
    expect(firstTurn(change, { changesAtOnce: 3 }).replies[0]?.kind).to.equal('deployed');
  });

  it('are reached when work is left for the next turn', () => {
    const full = (settings: Partial<OrchestratorSettings>): boolean =>
      firstTurn(createApp(10), settings).full;
    expect(full({})).to.equal(false);
    expect(full({ startsPerTurn: 5 })).to.equal(true);
    expect(full({ launchesPerTurn: 5 })).to.equal(true);
  });
});

describe('the progress of a deployment', () => {
  it('is stored to the second', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ stuck: true });
    world.create('/web', { ...SMALL, instances: 1 });
    const [deployment] = world.state.rows.deployments.by('app', '/web');
    const storedAt = deployment?.progressAt ?? millis(0);
    const noted = (after: number): unknown => {
      const draft = new Draft(world.state);
      const context = { draft, now: millis(storedAt + after) } as TurnContext;
      noteProgress(context, '/web' as never);
      return draft.deployments.changes().map(([, row]) => (row?.progressAt ?? 0) - storedAt);
    };
    expect(noted(999)).to.deep.equal([]);
    expect(noted(1_000)).to.deep.equal([1_000]);
  });
});
