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

function namesOf(apps: number): readonly string[] {
  return Array.from({ length: apps }, (_, index) => `app-${index}`);
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

  it('have instances made in the turns that place them, of one app or of many', () => {
    for (const apps of [1, 20]) {
      const world = new SmallWorld({
        agents: Array.from({ length: 10 }, () => 'cpus:64;mem:65536'),
        settings: { startsPerTurn: 40, launchesPerTurn: 40 },
      });
      const waiting: number[] = [];
      world.onTurn = () => {
        waiting.push(world.state.rows.instances.tally('condition', 'Scheduled'));
      };
      const each = 800 / apps;
      const group = {
        id: '/many',
        apps: namesOf(apps).map((id) => ({ ...SMALL, id, instances: each })),
      };
      const change = changeCommand({ kind: 'createGroup', id: '/many' as never, group } as never);
      world.send(change);
      expect(world.state.rows.instances.tally('condition', 'Running')).to.equal(800);
      // The first turn does not know yet how many grow, so each app has made a few.
      expect(Math.max(...waiting.slice(8)), `${apps} apps`).to.be.at.most(40);
    }
  });

  it('go to others where what waits finds no place', () => {
    const world = new SmallWorld({ settings: { startsPerTurn: 20, launchesPerTurn: 20 } });
    world.create('/huge', { ...SMALL, cpus: 1_000, instances: 500 });
    const made: number[] = [];
    world.onTurn = () => {
      made.push(world.state.rows.instances.count('app', '/web'));
    };
    world.create('/web', { ...SMALL, instances: 100 });
    expect(made.slice(0, 5)).to.deep.equal([20, 40, 60, 80, 100]);
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
