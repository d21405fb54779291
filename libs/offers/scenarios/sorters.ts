import {
  accept,
  agent,
  bag,
  framework,
  nothing,
  offers,
  on,
  shares,
  tick,
  type Line,
  type Scenario,
  type Step,
} from './scenario.js';

interface Sort {
  readonly total?: string;
  readonly weights?: Readonly<Record<string, number>>;
  readonly sorter?: string;
}

/** `a:5/5` = 5 cpus and 5 mem in one allocation; several are told apart by `+`; `!a` = inactive. */
function order(clients: string, expected: string, query: Sort = {}): Step {
  const words = clients.split(' ').map((word) => {
    const [, name = '', amounts = ''] = /^([^:]*):?(.*)$/.exec(word) ?? [];
    return { name: name.replace('!', ''), active: !name.startsWith('!'), amounts };
  });
  const allocations = Object.fromEntries(
    words.map(({ name, amounts }) => [
      name,
      amounts === '' ? [] : amounts.split('+').map(allocation),
    ]),
  );
  const { total = '100/100', weights = {}, sorter = 'drf' } = query;
  const line: Line = {
    op: 'sort',
    sorter,
    clients: words.map(({ name, active }) => ({ name, active })),
    allocations,
    total: allocation(total),
    weights,
  };
  return on(line, { kind: 'sorted', clients: expected });
}

/** `5/5`, or shorthand with `,` between its words. */
function allocation(amounts: string): string {
  const [cpus = '0', mem = '0'] = amounts.split('/');
  return amounts.includes('/') && /^[\d.]+\//.test(amounts)
    ? `cpus:${cpus};mem:${mem}`
    : bag(amounts.replaceAll(',', ' '));
}

/** SRT-01 to SRT-06 with other names for the clients. */
function basics(rename: (name: string) => string): readonly Step[] {
  const named = (clients: string): string =>
    clients.replace(/(?<=^| |!)[a-f](?=$| |:)/g, (name) => rename(name));
  const step = (clients: string, expected: string, total?: string): Step =>
    order(named(clients), named(expected), total === undefined ? {} : { total });
  const all = 'b:2/2 c:1/1+0/15 !d:3/1 e:1/5 f:5/1';
  return [
    step('a:5/5 b:6/6', 'a b'),
    step('a:5/5 b:6/6 c:1/1 d:3/1', 'c d a b'),
    step('b:2/2 c:1/1 d:3/1', 'c b d'),
    step('b:2/2 c:1/1 d:3/1 e:1/5', 'c b e d', '50/100'),
    step('b:2/2 c:1/1+0/15 d:3/1 e:1/5 f:5/1', 'e b d c f', '50/200'),
    step(all, 'e b c f', '50/200'),
    step(all.replace('!', ''), 'e b d c f', '50/200'),
  ];
}

const [srt01, srt02, srt03, srt04, srt05, srt06a, srt06b] = basics((name) => name);
const VOLUME = 'disk(r)[v:p:rw]<SHARED>:100';

const DEPTHS: Readonly<Record<string, number>> = { a: 2, b: 3, c: 4, d: 5, e: 6, f: 2 };

/** Section 9: the order of clients by itself. What is stateful there is a sort for each state. */
export const SORTERS: readonly Scenario[] = [
  { id: 'SRT-01', says: 'the smaller share comes first', steps: steps(srt01) },
  { id: 'SRT-02', says: 'clients that come are sorted in', steps: steps(srt02) },
  { id: 'SRT-03', says: 'clients go, allocations come back', steps: steps(srt03) },
  { id: 'SRT-04', says: 'the dominant resource follows the pool', steps: steps(srt04) },
  { id: 'SRT-05', says: 'a larger pool makes another resource dominant', steps: steps(srt05) },
  { id: 'SRT-06', says: 'inactive clients are left out', steps: steps(srt06a, srt06b) },
  {
    id: 'SRT-08',
    says: 'a share is divided by the weight',
    steps: [order('a:5/5 b:6/6', 'a b'), order('a:5/5 b:6/6', 'b a', { weights: { b: 2 } })],
  },
  {
    id: 'SRT-09',
    says: 'equal shares: fewer allocations come first, then the name',
    steps: [order('a:3/3 b:3/3 c:1/1+1/1+1/1 d:2/2+1/1 e:3/3', 'a b e d c')],
  },
  {
    id: 'SRT-10',
    says: 'one client in each of several subtrees sorts like clients at the top',
    steps: basics((name) => `${name}/${name}`),
  },
  {
    id: 'SRT-10',
    says: 'and so it does with subtrees of different depth',
    steps: basics((name) => Array.from({ length: DEPTHS[name] ?? 1 }, () => name).join('/')),
  },
  {
    id: 'SRT-11',
    says: 'a subtree has the sum of what its clients have',
    steps: [
      order('a:6/6 b/c:4/4 b/d:3/3', 'a b/d b/c'),
      order('a:6/6+2/2 b/c:4/4 b/d:3/3', 'b/d b/c a'),
    ],
  },
  {
    id: 'SRT-12',
    says: 'clients come and go at any depth',
    steps: [
      order('a:6/6+2/2 b/c:4/4 b/d:3/3 b/e/f', 'b/e/f b/d b/c a'),
      order('a:6/6+2/2 b/c:4/4 b/d:3/3 b/e/f:3.5/3.5', 'a b/d b/e/f b/c'),
      order('a:6/6+2/2 b/c:4/4 b/d:3/3', 'b/d b/c a'),
      order('a:6/6+2/2 b/c:1/1 b/d:3/3', 'b/c b/d a'),
    ],
  },
  {
    id: 'SRT-13',
    says: 'a client that is also a parent competes with its children',
    steps: [
      order('a/b c:8/8 d:3/3 d/e:2/2', 'a/b d/e d c'),
      order('a/b:6/6 c:8/8 d:3/3 d/e:2/2', 'd/e d a/b c'),
    ],
  },
  {
    id: 'SRT-15',
    says: 'a parent that becomes a client has a place of its own below itself',
    steps: [
      order('x/a:10/10 x/b:6/6', 'x/b x/a'),
      order('x/a:10/10 x/b:6/6 x:7/7', 'x/b x x/a'),
      order('x/a:10/10 x/b:6/6 x:7/7 z:20/20', 'z x/b x x/a'),
      order('x/a:10/10 x/b:6/6 z:20/20', 'x/b x/a z'),
    ],
  },
  {
    id: 'SRT-16',
    says: 'weights of subtrees, and a tie of shares that are exactly equal',
    differs:
      'shares are compared exactly: 15/100/3 = 10/100/2 is a tie, which fewer allocations decide; Mesos puts b first since its doubles differ in the last bit',
    steps: [
      order('a/x:10/10 b/y:10/10', 'b/y a/x', { weights: { a: 2, b: 3 } }),
      order('a/x:10/10 b/y:10/10 b/z:5/5', 'a/x b/z b/y', { weights: { a: 2, b: 3 } }),
      order('a/x:10/10 b/y:10/10 b/z:5/5 b:4/4', 'a/x b b/z b/y', { weights: { a: 2, b: 3 } }),
      order('a/x:10/10 b/y:10/10 b/z:5/5 b:4/4 a/zz:2/2', 'a/zz a/x b b/z b/y', {
        weights: { a: 2, b: 3 },
      }),
    ],
  },
  {
    id: 'SRT-17',
    says: 'volumes of one client add up in its share',
    steps: [
      order('a:c9,m9,d9 b:c9,m9,disk(r)[v1:p:rw]:5,disk(r)[v2:q:rw]:5', 'a b', {
        total: 'c100,m100,d90,disk(r)[v1:p:rw]:5,disk(r)[v2:q:rw]:5',
      }),
    ],
  },
  {
    id: 'SRT-18',
    says: 'another total, another dominant resource',
    steps: [
      order('a:2/1 b:1/2', 'b a', { total: '10/100' }),
      order('a:2/1 b:1/2', 'a b', { total: '100/10' }),
    ],
  },
  {
    id: 'SRT-19',
    says: 'the total is that of all agents',
    steps: [
      order('a:2/1 b:1/3', 'b a', { total: '10/100' }),
      order('a:2/1 b:1/3', 'a b', { total: '100/100' }),
    ],
  },
  {
    id: 'SRT-20',
    says: 'resources that leave the pool and a client',
    steps: [
      order('a:6/0 b:4/0', 'b a', { total: '10/0' }),
      order('a:1/0 b:4/0', 'a b', { total: '5/0' }),
    ],
  },
  {
    id: 'SRT-22',
    says: 'a shared volume is charged to each of its clients, and once to each',
    steps: [
      order(`a:5/5+${VOLUME} b:6/6`, 'b a', { total: `c100,m100,d900,${VOLUME}` }),
      order(`a:5/5+${VOLUME} b:6/6+${VOLUME}`, 'a b', { total: `c100,m100,d900,${VOLUME}` }),
      order(`a:5/5+${VOLUME}+${VOLUME} b:15/15`, 'a b', { total: `c100,m100,d900,${VOLUME}` }),
      order('a:5/5 b:6/6', 'a b', { total: `c100,m100,d900,${VOLUME}` }),
    ],
  },
  {
    id: 'SRT-22',
    says: 'a framework that is offered more copies of what it uses gets no richer by them',
    steps: [
      on(framework('F@r{SHARED_RESOURCES}', { minAllocatable: { r: [] } }), nothing),
      on({ op: 'suppress', framework: 'F' }, nothing),
      on(agent('B', 'c90 m9000 d800'), nothing),
      on(framework('G@other'), offers('G@other B c90 m9000 d800')),
      on([{ op: 'unsuppress', framework: 'F' }], nothing),
      on(agent('A', `c10 m1000 d(r)100 ${VOLUME}`), offers(`F@r A c10 m1000 d(r)100 ${VOLUME}`)),
      on(accept('F@r', 'A', `c10 m1000 d(r)100 ${VOLUME}`, null), nothing),
      on(tick, offers(`F@r A ${VOLUME}`)),
      on(shares, { kind: 'shares', roles: { r: { share: 0.2 } } }),
    ],
  },
  {
    id: 'SRT-23',
    says: 'a client whose children are gone is a leaf again, active or not',
    steps: [
      order('a:3/3 a/b:1/1 c:2/2', 'c a/b a'),
      order('a:3/3 c:2/2', 'c a'),
      order('!a:3/3 a/b:1/1 c:2/2', 'c a/b'),
      order('!a:3/3 c:2/2', 'c'),
    ],
  },
];

function steps(...given: readonly (Step | undefined)[]): readonly Step[] {
  return given.filter((each) => each !== undefined);
}
