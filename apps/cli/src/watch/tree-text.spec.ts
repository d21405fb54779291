import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { expectGolden, testRun, type GoldenFiles } from '@ekiden/testkit';
import { paint } from '../output/index.js';
import { PlainNews } from './plain-text.js';
import { treeLines } from './tree-text.js';
import type { Counts, Member, RolloutView, View } from './view.js';

const folder = fileURLToPath(new URL('../../testing/golden/', import.meta.url));
const files: GoldenFiles = {
  read: (name) => (existsSync(folder + name) ? readFileSync(folder + name, 'utf8') : undefined),
  write: (name, text) => {
    writeFileSync(folder + name, text);
  },
};
const update = testRun.updateGolden;

const NOW = Date.parse('2026-01-02T03:04:05Z');
const ID = '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11';

/** Serving, running, starting, old, of so many wanted. */
function counts(wanted: number, ...[serving, running, starting, old]: readonly number[]): Counts {
  return {
    wanted,
    serving: serving ?? 0,
    running: running ?? 0,
    starting: starting ?? 0,
    old: old ?? 0,
  };
}

function member(id: string, stage: Member['stage'], more: Partial<Member> = {}): Member {
  return { id, verb: 'restart', stage, after: [], waits: [], ...more };
}

function view(members: readonly Member[], more: Partial<View> = {}): View {
  const base = { id: ID, state: 'running', step: 1, steps: 3, now: NOW, others: 0 };
  return { ...base, members, rollouts: [], waits: [], ...more };
}

const AFTER_STORE = { after: ['/shop/store'] };
const AFTER_BOTH = { after: ['/shop/store', '/shop/api'] };

const begun = view(
  [
    member('/shop/store', 'now', {
      counts: counts(3, 1, 0, 1, 2),
      waits: [{ message: '1 instance is being started', until: NOW + 65_000 }],
    }),
    member('/shop/api', 'ahead', { ...AFTER_STORE, counts: counts(4, 0, 0, 0, 4) }),
    member('/shop/web', 'ahead', { ...AFTER_BOTH, counts: counts(2, 0, 0, 0, 2) }),
    member('/shop/worker', 'ahead', { ...AFTER_STORE, counts: counts(1) }),
  ],
  { stallsAt: NOW + 600_000 },
);

const halfWay = view(
  [
    member('/shop/store', 'done', { counts: counts(3, 3) }),
    member('/shop/api', 'now', {
      ...AFTER_STORE,
      counts: counts(4, 1, 2, 0, 3),
      waits: [
        { message: '2 instances run and are not healthy yet', until: NOW + 12_500 },
        { message: '3 instances of an older version run until newer ones do their work' },
      ],
    }),
    member('/shop/web', 'ahead', { ...AFTER_BOTH, counts: counts(2, 0, 0, 0, 2) }),
    member('/shop/worker', 'now', {
      after: ['/shop/store', '/shop/api'],
      counts: counts(100, 40, 10, 20),
      waits: [{ message: 'the only agent lacks 3.5 cpus' }],
    }),
  ],
  { step: 2, stallsAt: NOW + 100_000 },
);

const ended = view(
  [
    member('/shop/store', 'done', { counts: counts(3, 3) }),
    member('/shop/api', 'done', { ...AFTER_STORE, counts: counts(4, 4) }),
    member('/shop/web', 'done', { ...AFTER_BOTH, counts: counts(2, 2) }),
    member('/shop/old', 'done', { verb: 'stop' }),
  ],
  { step: 3, state: 'succeeded' },
);

const BLUE_GREEN: RolloutView = {
  ...{ scope: '/shop', strategy: 'blueGreen', phase: 'awaitingPromotion' },
  notes: ['hook beforePromote: succeeded, 200 OK'],
  previews: ['/shop/api 127.0.0.1:31810', '/shop/web 127.0.0.1:31811'],
  ...{ until: NOW + 1_752_000, deadline: 'aborts in' },
};

const looks: readonly (readonly [what: string, view: View, rows?: number])[] = [
  ['It begins.', begun],
  ['Half way: one is done, two are under way, one is to come.', halfWay],
  ['The same where only six rows are left.', halfWay, 6],
  ['It has ended.', ended],
  [
    'Paused by an operator.',
    {
      ...halfWay,
      state: 'paused',
      waits: [{ message: 'paused by an operator; resume it to go on, or abort it' }],
    },
  ],
  [
    'The new version awaits promotion.',
    { ...halfWay, state: 'awaitingPromotion', rollouts: [BLUE_GREEN] },
  ],
  [
    'A canary at a quarter.',
    {
      ...halfWay,
      rollouts: [
        {
          ...BLUE_GREEN,
          scope: '/shop/api',
          strategy: 'canary',
          phase: 'starting',
          notes: ['25 % of what comes goes to the new version, step 2 of 3'],
          traffic: 'new: 210 requests, 0.5 % failed, 12 ms; old: 640 requests, 0 % failed, 11 ms',
        },
      ],
    },
  ],
  [
    'Switched; the old version is kept.',
    {
      ...ended,
      state: 'holding',
      rollouts: [
        {
          ...BLUE_GREEN,
          phase: 'holding',
          notes: [],
          previews: [],
          until: NOW + 252_000,
          deadline: 'undo within',
        },
      ],
    },
  ],
  [
    'Marathon tells no state, and no clock.',
    {
      id: ID,
      step: 1,
      steps: 1,
      others: 12,
      rollouts: [],
      waits: [],
      members: [member('/a', 'now')],
    },
  ],
  [
    'Removed in the mirror of the order.',
    view([
      member('/shop/web', 'done', { ...AFTER_BOTH, verb: 'stop' }),
      member('/shop/api', 'now', {
        ...AFTER_STORE,
        verb: 'stop',
        waits: [{ message: '4 instances are being stopped', until: NOW + 3_000 }],
      }),
      member('/shop/store', 'ahead', { verb: 'stop' }),
    ]),
  ],
];

describe('the drawn tree of a deployment', () => {
  it('is the reviewed text', () => {
    const text = looks
      .map(([what, one, rows]) => [`# ${what}`, ...treeLines(one, paint(false), rows)].join('\n'))
      .join('\n\n');
    expectGolden(files, 'tree.txt', { text: `${text}\n`, update });
  });

  it('has a plain form that says what is new, and nothing twice', () => {
    const news = new PlainNews();
    const later: View = { ...begun, now: NOW + 2_000 };
    const text = [begun, later, halfWay, ended]
      .map((one) => ['# a look', ...news.of(one)].join('\n'))
      .join('\n');
    expectGolden(files, 'tree-plain.txt', { text: `${text}\n`, update });
  });

  it('does not repeat in its plain form what still holds when the reason to wait changes', () => {
    const news = new PlainNews();
    const waiting = (message: string): View =>
      view([member('/shop/store', 'now', { counts: counts(1), waits: [{ message }] })]);
    news.of(waiting('1 instance waits for a place on an agent'));
    expect(news.of(waiting('1 instance is being started'))).to.deep.equal([
      '    /shop/store waits: 1 instance is being started',
    ]);
    expect(news.of(waiting('1 instance is being started'))).to.deep.equal([]);
  });

  it('is dressed, not changed, by colours', () => {
    const escape = String.fromCharCode(27);
    for (const [what, one, rows] of looks) {
      const dressed = treeLines(one, paint(true), rows).join('\n');
      const bare = dressed.replaceAll(new RegExp(`${escape}\\[\\d+m`, 'g'), '');
      expect(bare, what).to.equal(treeLines(one, paint(false), rows).join('\n'));
    }
  });

  it('keeps to the rows there are', () => {
    for (const [what, one] of looks) {
      const all = treeLines(one, paint(false)).length;
      for (let rows = 9; rows < all; rows += 1) {
        expect(treeLines(one, paint(false), rows).length, what).to.be.at.most(rows);
      }
    }
  });
});
