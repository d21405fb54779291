import { expect } from 'chai';
import fc from 'fast-check';
import { millis } from '@ekiden/kernel';
import { isHealthy } from '../../instance/index.js';
import type { Condition, Instance } from '../../instance/index.js';
import { sampleInstance } from '../../instance/sample-instance.js';
import {
  maximumCapacity,
  minimumHealthy,
  rolling,
  type RollingTargets,
  type RollingView,
} from './rolling.js';

const OLD = millis(1);
const NEW = millis(2);

interface Given {
  readonly wanted: number;
  readonly strategy: readonly [minimumHealth: number, overCapacity: number];
  readonly old?: readonly Instance[];
  readonly fresh?: readonly Instance[];
  readonly sentenced?: readonly string[];
  readonly leaving?: readonly Instance[];
  readonly makeWayFirst?: boolean;
}

function view(given: Given): RollingView {
  const { wanted, strategy, old = [], fresh = [], sentenced = [], leaving = [] } = given;
  const [minimumHealthCapacity, maximumOverCapacity] = strategy;
  return {
    wanted,
    configVersion: NEW,
    strategy: { minimumHealthCapacity, maximumOverCapacity },
    killSelection: 'YOUNGEST_FIRST',
    instances: [...old, ...fresh, ...leaving],
    isHealthy: healthy,
    sentenced: new Set(sentenced),
    isLeaving: ({ id }) => leaving.some((one) => one.id === id),
    makeWayFirst: given.makeWayFirst ?? false,
  };
}

/** The samples are of an app with a health check: healthy when their task says so. */
function healthy(instance: Instance): boolean {
  return isHealthy(instance, undefined) && instance.task?.healthy !== false;
}

let made = 0;

function some(count: number, fields: Partial<Instance> = {}, well = true): Instance[] {
  return Array.from({ length: count }, () => {
    made += 1;
    return sampleInstance(String(made).padStart(6, '0'), fields, { healthy: well });
  });
}

const olds = (count: number, well = true): Instance[] => some(count, { configVersion: OLD }, well);
const news = (count: number, condition: Condition = 'Running'): Instance[] =>
  some(count, { configVersion: NEW, condition });

function counts({ start, stop }: RollingTargets): readonly [stop: number, start: number] {
  return [stop.length, start];
}

describe('rolling replacement', () => {
  // marathon-behaviour 2.4, rows that are not resident; all old ones healthy.
  const worked: readonly (readonly [
    present: number,
    wanted: number,
    strategy: readonly [number, number],
    stopped: number,
    started: number,
  ])[] = [
    [1, 1, [1, 1], 0, 1],
    [1, 1, [0.5, 0], 0, 1],
    [1, 1, [0, 0], 1, 0],
    [2, 2, [0.5, 0], 1, 0],
    [3, 3, [1, 1], 0, 3],
    [3, 3, [1, 0], 0, 1],
    [3, 3, [0.7, 0], 0, 1],
    [3, 3, [0.5, 0], 1, 0],
    [3, 3, [0.5, 1], 1, 3],
    [3, 3, [1, 0.3], 0, 1],
    [3, 3, [1, 0.7], 0, 2],
    [5, 5, [0.5, 0.5], 2, 2],
    [10, 10, [0.8, 0.2], 2, 2],
    [10, 10, [0.1, 1], 9, 10],
    [10, 10, [1, 0.05], 0, 1],
    [4, 8, [0.75, 1], 0, 8],
    [5, 3, [1, 0.3], 2, 0],
  ];
  for (const [present, wanted, strategy, stopped, started] of worked) {
    it(`from ${present} to ${wanted} at (${strategy.join(', ')}) stops ${stopped} and starts ${started} at once`, () => {
      const given = view({ wanted, strategy, old: olds(present) });
      expect(counts(rolling(given))).to.deep.equal([stopped, started]);
    });
  }

  it('starts the one instance at once when no old one runs and none may be missing', () => {
    expect(counts(rolling(view({ wanted: 1, strategy: [0.5, 0] })))).to.deep.equal([0, 1]);
  });

  it('keeps the only running one of ten although nine may be missing', () => {
    const down = some(9, { configVersion: OLD, condition: 'Scheduled' });
    const targets = rolling(view({ wanted: 10, strategy: [0.1, 0], old: [...olds(1), ...down] }));
    expect(targets.stop.filter(healthy)).to.deep.equal([]);
  });

  for (const [count, share, expected] of [
    [100, 0.07, 7],
    [50, 0.14, 7],
    [3, 0.67, 3],
    [3, 2 / 3, 2],
    [10, 0.1, 1],
    [7, 0, 0],
  ] as const) {
    it(`promises ${expected} of ${count} healthy at ${share.toFixed(3)}, as people count`, () => {
      const strategy = { minimumHealthCapacity: share, maximumOverCapacity: 0 };
      expect(minimumHealthy(count, strategy)).to.equal(expected);
    });
  }

  it('allows 115 of 100 at 0.15, as people count', () => {
    const strategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0.15 };
    expect(maximumCapacity(100, strategy)).to.equal(115);
  });

  it('gives up an unhealthy old instance before a healthy one (UPG-16)', () => {
    const [sick] = olds(1, false);
    const targets = rolling(
      view({ wanted: 3, strategy: [0.67, 0], old: [...olds(2), ...(sick ? [sick] : [])] }),
    );
    expect(targets).to.deep.equal({ start: 0, stop: [sick] });
  });

  it('makes room among unhealthy old ones where nothing could move (UPG-17)', () => {
    const targets = rolling(view({ wanted: 3, strategy: [1, 0], old: olds(3, false) }));
    expect(targets.start + targets.stop.length).to.be.greaterThan(0);
  });

  it('waits for the death of what it has given up before it starts more', () => {
    const dying = some(1, { configVersion: OLD, goal: 'Decommissioned', condition: 'Killing' });
    const given = view({ wanted: 2, strategy: [0.5, 0], old: [...olds(1), ...dying] });
    expect(counts(rolling(given))).to.deep.equal([0, 0]);
  });

  it('drops waiting old ones at once, they cost nothing', () => {
    const waiting = some(2, { configVersion: OLD, condition: 'Scheduled' });
    const given = view({ wanted: 3, strategy: [1, 0], old: [...olds(3), ...waiting] });
    expect(rolling(given).stop).to.have.members(waiting);
  });

  it('keeps nothing old once all new ones are healthy', () => {
    const given = view({ wanted: 2, strategy: [1, 1], old: olds(2), fresh: news(2) });
    expect(counts(rolling(given))).to.deep.equal([2, 0]);
  });

  it('takes sentenced instances first when the app shrinks', () => {
    const fresh = news(3);
    const victim = fresh[1];
    const sentenced = [victim?.id ?? ''];
    const targets = rolling(view({ wanted: 2, strategy: [1, 1], fresh, sentenced }));
    expect(targets.stop).to.deep.equal([victim]);
  });

  it('keeps old ones while the new ones that stay are not healthy, whatever goes', () => {
    const [sentenced] = news(1);
    const starting = news(1, 'Starting');
    const old = olds(1);
    const given = view({
      wanted: 1,
      strategy: [1, 1],
      old,
      fresh: [...(sentenced ? [sentenced] : []), ...starting],
      sentenced: [sentenced?.id ?? ''],
    });
    expect(rolling(given).stop).to.deep.equal([sentenced]);
  });

  it('changes nothing when everything is as wanted', () => {
    const given = view({ wanted: 3, strategy: [1, 0], fresh: news(3) });
    expect(counts(rolling(given))).to.deep.equal([0, 0]);
  });
});

describe('moving instances off their hosts', () => {
  const moves: readonly (readonly [
    staying: number,
    leaving: number,
    strategy: readonly [number, number],
    stopped: number,
    started: number,
    why: string,
  ])[] = [
    [3, 2, [1, 1], 0, 2, 'replacements first'],
    [3, 2, [0.5, 1], 0, 2, 'replacements first, although some might be missing'],
    [1, 2, [0.5, 0.4], 0, 1, 'as many replacements as there is room for'],
    [2, 2, [0.5, 0], 2, 0, 'no room: stopped first, within the minimum'],
    [1, 3, [0.5, 0], 2, 0, 'no room: not more of them than may be missing'],
    [0, 1, [1, 0], 0, 1, 'one extra, as nothing could move else'],
    [4, 0, [1, 1], 0, 0, 'nothing leaves'],
  ];
  for (const [staying, count, strategy, stopped, started, why] of moves) {
    it(`${count} of ${staying + count} at (${strategy.join(', ')}): ${why}`, () => {
      const leaving = news(count);
      const given = view({ wanted: staying + count, strategy, fresh: news(staying), leaving });
      const targets = rolling(given);
      expect(counts(targets)).to.deep.equal([stopped, started]);
      expect(leaving).to.include.members([...targets.stop]);
    });
  }

  it('stops one for each replacement that is healthy', () => {
    const fresh = [...news(4), ...news(1, 'Starting')];
    const given = view({ wanted: 5, strategy: [1, 1], fresh, leaving: news(2) });
    expect(counts(rolling(given))).to.deep.equal([1, 0]);
  });

  it('stops what has not come up at once, as that lowers nothing', () => {
    const leaving = news(1, 'Starting');
    const given = view({ wanted: 3, strategy: [1, 1], fresh: news(2), leaving });
    expect(rolling(given)).to.deep.equal({ start: 1, stop: leaving });
  });

  it('makes way within the minimum when told to', () => {
    const fresh = [...news(2), ...news(2, 'Scheduled')];
    const given = view({ wanted: 4, strategy: [0.75, 1], fresh, leaving: news(2) });
    expect(counts(rolling(given))).to.deep.equal([0, 0]);
    expect(counts(rolling({ ...given, makeWayFirst: true }))).to.deep.equal([1, 0]);
  });

  it('takes leaving ones when the app shrinks meanwhile', () => {
    const leaving = news(2);
    const given = view({ wanted: 2, strategy: [1, 1], fresh: news(2), leaving });
    expect(rolling(given).stop).to.have.members(leaving);
  });
});

const strategies = fc.tuple(
  fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
  fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
);

const states = fc.array(
  fc.record({
    old: fc.boolean(),
    well: fc.boolean(),
    leaves: fc.boolean(),
    goal: fc.constantFrom('Running' as const, 'Running' as const, 'Decommissioned' as const),
    condition: fc.constantFrom<Condition>('Running', 'Running', 'Scheduled', 'Starting', 'Killing'),
  }),
  { maxLength: 12 },
);

const anyView = fc
  .tuple(fc.integer({ min: 0, max: 8 }), strategies, states)
  .map(([wanted, strategy, instances]) => {
    const old: Instance[] = [];
    const leaving: Instance[] = [];
    for (const { old: isOld, well, leaves, goal, condition } of instances) {
      if (goal !== 'Running' && condition === 'Scheduled') continue;
      const fields = { configVersion: isOld ? OLD : NEW, goal, condition };
      const list = leaves && condition !== 'Scheduled' ? leaving : old;
      list.push(...some(1, fields, well));
    }
    return view({ wanted, strategy, old, leaving });
  });

describe('rolling replacement of any set', () => {
  it('never takes healthy ones below the promise by its own doing', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        const kept = given.instances.filter((i) => i.goal === 'Running' && healthy(i));
        const stop = new Set(rolling(given).stop);
        const left = kept.filter((i) => !stop.has(i)).length;
        const floor = minimumHealthy(given.wanted, given.strategy);
        expect(left).to.be.at.least(Math.min(kept.length, floor));
      }),
    );
  });

  it('never starts beyond the allowed capacity, and one', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        const { start } = rolling(given);
        const most = maximumCapacity(given.wanted, given.strategy) + 1;
        if (start > 0) expect(given.instances.length + start).to.be.at.most(most);
      }),
    );
  });

  it('gives up only what is wanted still, and nothing twice', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        const { stop } = rolling(given);
        expect(new Set(stop).size).to.equal(stop.length);
        expect(stop.every((i) => i.goal === 'Running')).to.equal(true);
      }),
    );
  });

  it('comes to exactly the wanted instances when the world is kind', () => {
    fc.assert(
      fc.property(anyView, (given) => {
        let instances = [...given.instances];
        for (let round = 0; round < 40; round += 1) {
          const { start, stop } = rolling({ ...given, instances });
          const stopped = new Set(stop);
          // A kind world: what is given up dies, what is started becomes healthy.
          instances = instances
            .filter((i) => !stopped.has(i) && i.goal === 'Running')
            .map((i) => ({ ...i, condition: 'Running' as const }))
            .map((i) => (i.configVersion === NEW && !leaves(given, i) ? wellNow(i) : i));
          instances.push(...news(start));
        }
        const right = instances.filter(
          (i) => i.configVersion === NEW && healthy(i) && !leaves(given, i),
        );
        expect([right.length, instances.length]).to.deep.equal([given.wanted, given.wanted]);
      }),
    );
  });
});

function leaves({ isLeaving }: RollingView, instance: Instance): boolean {
  return isLeaving?.(instance) === true;
}

function wellNow(instance: Instance): Instance {
  const sample = sampleInstance('task', {}, { healthy: true }).task;
  return sample === undefined ? instance : { ...instance, task: sample };
}
