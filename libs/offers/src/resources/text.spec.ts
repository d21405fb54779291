import { expect } from 'chai';

import { formatAttributes, formatResources, parseAttributes, parseResources } from './index.js';
import type { Resources } from './index.js';

function parsed(text: string): Resources {
  const read = parseResources(text);
  if (!read.ok) throw new Error(`${read.error.position}: ${read.error.rule}`);
  return read.value;
}

describe('resources with details as text', () => {
  const disk = { type: 'SCALAR', name: 'disk', role: '*', milli: 5000 };
  const cpus = { type: 'SCALAR', name: 'cpus', milli: 1000 };
  const read: readonly (readonly [string, string, object])[] = [
    ['a static reservation', 'cpus(eng):1', { ...cpus, role: 'eng' }],
    ['revocable', 'cpus{REV}:1', { ...cpus, role: '*', revocable: true }],
    [
      'a principal, which makes it dynamic',
      'cpus(eng, bob):1',
      { ...cpus, role: 'eng', reservations: [{ type: 'DYNAMIC', role: 'eng', principal: 'bob' }] },
    ],
    [
      'labels',
      'cpus(eng, {k: v, url: "http://x,y"}):1',
      {
        ...cpus,
        role: 'eng',
        reservations: [{ type: 'DYNAMIC', role: 'eng', labels: { k: 'v', url: 'http://x,y' } }],
      },
    ],
    [
      'a stack of reservations',
      'cpus(reservations: [(STATIC,eng),(DYNAMIC,eng/web,bob,{k: v})]):1',
      {
        ...cpus,
        role: 'eng/web',
        reservations: [
          { type: 'STATIC', role: 'eng' },
          { type: 'DYNAMIC', role: 'eng/web', principal: 'bob', labels: { k: 'v' } },
        ],
      },
    ],
    [
      'a dynamic reservation by nobody',
      'cpus(reservations: [(DYNAMIC,eng)]):1',
      { ...cpus, role: 'eng', reservations: [{ type: 'DYNAMIC', role: 'eng' }] },
    ],
    [
      'a MOUNT disk',
      'disk[MOUNT:/mnt/a]:5',
      { ...disk, disk: { source: { type: 'MOUNT', root: '/mnt/a' } } },
    ],
    [
      'a disk of a provider',
      'disk[RAW(v,,fast)]{PROVIDER:p1}:5',
      {
        ...disk,
        disk: { source: { type: 'RAW', vendor: 'v', profile: 'fast' } },
        providerId: 'p1',
      },
    ],
    [
      'a shared persistent volume in three copies',
      'disk(eng)[PATH:/d,data(bob):/var/data:ro]<SHARED>:5<3>',
      {
        ...disk,
        role: 'eng',
        shared: 3,
        disk: {
          source: { type: 'PATH', root: '/d' },
          persistence: { id: 'data', principal: 'bob' },
          volume: { containerPath: '/var/data', mode: 'RO' },
        },
      },
    ],
    [
      'a volume named like a kind of disk',
      'disk(eng)["RAW":"/a b":rw]:5',
      {
        ...disk,
        role: 'eng',
        disk: { persistence: { id: 'RAW' }, volume: { containerPath: '/a b', mode: 'RW' } },
      },
    ],
    ['words with delimiters', '"my;own":1', { ...cpus, name: 'my;own', role: '*' }],
    [
      'items with commas',
      'tags:{"a,b",c d}',
      { type: 'SET', name: 'tags', role: '*', items: ['a,b', 'c d'] },
    ],
  ];
  for (const [name, text, expected] of read) {
    it(`read and print ${name}`, () => {
      expect(parsed(text)).to.deep.equal([expected]);
      expect(formatResources(parsed(text))).to.equal(text);
    });
  }

  const spelled: readonly (readonly [string, string, string])[] = [
    ['a plain static stack as its role', 'cpus(reservations: [(STATIC,eng)]):1', 'cpus(eng):1'],
    ['the role * as no reservation', 'cpus(*):1', 'cpus:1'],
    ['labels by key', 'cpus(eng, {b: 2, a: 1}):1', 'cpus(eng, {a: 1, b: 2}):1'],
    ['words without need for quotes bare', '"cpus"("eng"):1', 'cpus(eng):1'],
    [
      'equal MOUNT disks side by side',
      'disk[MOUNT:/a]:5;disk[MOUNT:/a]:5',
      'disk[MOUNT:/a]:5;disk[MOUNT:/a]:5',
    ],
    [
      'equal BLOCK disks side by side',
      'disk[BLOCK]:5;disk[BLOCK]:5',
      'disk[BLOCK]:5;disk[BLOCK]:5',
    ],
    [
      'PATH disks of one root together',
      'disk[PATH:/a]:5;disk[PATH:/a]:4;disk[PATH:/b]:1',
      'disk[PATH:/a]:9;disk[PATH:/b]:1',
    ],
    ['RAW disks together', 'disk[RAW]:5;disk[RAW]:4', 'disk[RAW]:9'],
    [
      'RAW disks with an id apart',
      'disk[RAW(,x,)]:5;disk[RAW(,x,)]:4',
      'disk[RAW(,x,)]:4;disk[RAW(,x,)]:5',
    ],
    [
      'volumes apart',
      'disk(r)[v:/v:rw]:5;disk(r)[v:/v:rw]:5',
      'disk(r)[v:/v:rw]:5;disk(r)[v:/v:rw]:5',
    ],
    [
      'copies of a shared volume together',
      'disk(r)[v:/v:rw]<SHARED>:5;disk(r)[v:/v:rw]<SHARED>:5<2>',
      'disk(r)[v:/v:rw]<SHARED>:5<3>',
    ],
    [
      'reservations with other labels apart',
      'cpus(r, {a: 1}):1;cpus(r, {a: 2}):1;cpus(r, p):1',
      'cpus(r, {a: 1}):1;cpus(r, {a: 2}):1;cpus(r, p):1',
    ],
    ['revocable and other resources apart', 'cpus:1;cpus{REV}:2;cpus{REV}:1', 'cpus:1;cpus{REV}:3'],
    [
      'providers apart',
      'disk{PROVIDER:a}:1;disk{PROVIDER:b}:1;disk:1',
      'disk:1;disk{PROVIDER:a}:1;disk{PROVIDER:b}:1',
    ],
  ];
  for (const [name, text, printed] of spelled) {
    it(`print ${name}`, () => {
      expect(formatResources(parsed(text))).to.equal(printed);
    });
  }

  const refused: readonly (readonly [string, string, number, string])[] = [
    [
      'a static refinement',
      'cpus(reservations: [(DYNAMIC,a),(STATIC,a/b)]):1',
      4,
      'static reservation',
    ],
    [
      'a refinement for a stranger',
      'cpus(reservations: [(STATIC,a),(DYNAMIC,ab)]):1',
      4,
      'ab is not below a',
    ],
    ['a dynamic reservation for *', 'cpus(*, bob):1', 4, 'nothing can be reserved for *'],
    ['a role with an empty part', 'cpus(a//b):1', 4, 'a//b is no role'],
    ['an open stack', 'cpus(reservations: [(STATIC,a):1', 30, 'reservations end with ]'],
    ['an unknown kind of reservation', 'cpus(reservations: [(MAYBE,a)]):1', 21, 'a level is'],
    ['a label without a value', 'cpus(a, {k}):1', 10, 'key: value'],
    ['a label that comes twice', 'cpus(a, {k: 1, k: 2}):1', 15, 'twice'],
    ['an open quote', 'cpus("a):1', 5, 'ends with "'],
    ['a bad escape', 'cpus("\\u00"):1', 5, 'JSON string'],
    ['an empty disk', 'disk[]:1', 5, 'a source or a volume id'],
    ['an open disk', 'disk[MOUNT:/a:1', 13, 'ends with ]'],
    ['a mount without a mode', 'disk(a)[v:/v]:1', 12, ':path:rw'],
    ['a disk of something else', 'mem[MOUNT:/a]:1', 0, 'only disk'],
    ['a shared scalar', 'mem:1;cpus<SHARED>:1', 6, 'only persistent volumes'],
    ['no copies', 'disk(a)[v:/v:rw]<SHARED>:1<0>', 27, 'copies'],
    ['copies of what is not shared', 'disk:1<2>', 6, 'expected ;'],
    ['two objects without a semicolon', 'cpus:1 mem:2', 5, 'expected a decimal'],
    ['something behind a set', 'tags:{a} b', 9, 'expected ;'],
  ];
  for (const [name, text, position, rule] of refused) {
    it(`refuse ${name} and say where and why`, () => {
      const result = parseResources(text);
      if (result.ok) throw new Error(formatResources(result.value));
      expect(result.error.rule).to.contain(rule);
      expect(result.error.position).to.equal(position);
    });
  }

  it('refuse what is longer than any bag', () => {
    const result = parseResources('x'.repeat(4_000_001));
    expect(result.ok ? '' : result.error.rule).to.contain('4000000 characters');
  });

  it('refuse a stack that is deeper than any role', () => {
    const roles = Array.from({ length: 65 }, (_, i) =>
      Array(i + 1)
        .fill('r')
        .join('/'),
    );
    const levels = roles.map((role) => `(DYNAMIC,${role})`).join(',');
    const result = parseResources(`cpus(reservations: [${levels}]):1`);
    expect(result.ok ? '' : result.error.rule).to.contain('at most 64');
  });
});

describe('attributes with care as text', () => {
  it('quote what would be read otherwise', () => {
    const attributes = [
      { type: 'TEXT', name: 'rev', text: '10' },
      { type: 'TEXT', name: 'list', text: 'a;b' },
      { type: 'TEXT', name: 'odd:name', text: '[x' },
      { type: 'TEXT', name: 'none', text: '' },
      { type: 'TEXT', name: 'url', text: 'http://x:80/?a={b}' },
      { type: 'SET', name: 'tags', items: ['a,b', 'c'] },
    ] as const;
    const text = formatAttributes(attributes);
    expect(text).to.equal(
      'rev:"10";list:"a;b";"odd:name":"[x";none:"";url:http://x:80/?a={b};tags:{"a,b",c}',
    );
    expect(parseAttributes(text)).to.deep.equal({ ok: true, value: attributes });
  });
});
