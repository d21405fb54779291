import { expect } from 'chai';

import { formatResources, parseResources, resourcesFromJson, resourcesToJson } from './index.js';

function fromJson(json: unknown): string {
  const read = resourcesFromJson(json);
  return read.ok
    ? formatResources(read.value)
    : read.error.violations.map(({ path, rule }) => `${path}: ${rule}`).join('\n');
}

const one = { name: 'cpus', type: 'SCALAR', scalar: { value: 1 } };
const disk = { ...one, name: 'disk' };

describe('resources as JSON', () => {
  const read: readonly (readonly [string, object, string])[] = [
    ['no role as unreserved', one, 'cpus:1'],
    ['a role alone as a static reservation', { ...one, role: 'eng' }, 'cpus(eng):1'],
    [
      'role and reservation as a dynamic one (before refinement)',
      { ...one, role: 'eng', reservation: { principal: 'bob' } },
      'cpus(eng, bob):1',
    ],
    [
      'an empty reservation as a dynamic one by nobody',
      { ...one, role: 'eng', reservation: {} },
      'cpus(reservations: [(DYNAMIC,eng)]):1',
    ],
    [
      'a stack, and the legacy members beside it',
      {
        ...one,
        role: 'eng/web',
        reservation: { principal: 'bob' },
        reservations: [
          { type: 'STATIC', role: 'eng' },
          { type: 'DYNAMIC', role: 'eng/web', labels: { labels: [{ key: 'k', value: 'v' }] } },
        ],
      },
      'cpus(reservations: [(STATIC,eng),(DYNAMIC,eng/web,{k: v})]):1',
    ],
    ['an empty stack as unreserved', { ...one, role: '*', reservations: [] }, 'cpus:1'],
    [
      'a label without a value as empty',
      {
        ...one,
        reservations: [{ type: 'DYNAMIC', role: 'a', labels: { labels: [{ key: 'k' }] } }],
      },
      'cpus(a, {k: ""}):1',
    ],
    ['revocable', { ...one, revocable: {} }, 'cpus{REV}:1'],
    [
      'nothing of allocation_info and strangers',
      { ...one, allocation_info: { role: 'x' }, y: 1 },
      'cpus:1',
    ],
    ['null as absent', { ...one, role: null, disk: null, revocable: null }, 'cpus:1'],
    ['a provider', { ...one, provider_id: { value: 'p' } }, 'cpus{PROVIDER:p}:1'],
    [
      'a volume on a MOUNT disk',
      {
        ...disk,
        role: 'eng',
        shared: {},
        disk: {
          source: { type: 'MOUNT', mount: { root: '/m' }, id: 'i', profile: 'f', vendor: 'v' },
          persistence: { id: 'data', principal: 'bob' },
          volume: { container_path: 'd', mode: 'RW' },
        },
      },
      'disk(eng)[MOUNT(v,i,f):/m,data(bob):d:rw]<SHARED>:1',
    ],
    [
      'a PATH disk',
      { ...disk, disk: { source: { type: 'PATH', path: { root: '/p' } } } },
      'disk[PATH:/p]:1',
    ],
  ];
  for (const [name, object, text] of read) {
    it(`read ${name}`, () => {
      expect(fromJson([object])).to.equal(text);
    });
  }

  it('count copies of a shared object as often as it comes, and print it so', () => {
    const text = 'disk(r)[v:/v:rw]<SHARED>:5<3>';
    const bag = parseResources(text);
    if (!bag.ok) throw new Error(bag.error.rule);
    const json = resourcesToJson(bag.value);
    expect(json.length).to.equal(3);
    expect(json[0]).to.deep.equal({
      name: 'disk',
      type: 'SCALAR',
      role: 'r',
      reservations: [{ type: 'STATIC', role: 'r' }],
      disk: { persistence: { id: 'v' }, volume: { container_path: '/v', mode: 'RW' } },
      shared: {},
      scalar: { value: 5 },
    });
    expect(fromJson(json)).to.equal(text);
  });

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['no array', {}, ': expected an array'],
    ['no object', [7], '/0: a resource is an object'],
    ['a negative amount', [{ ...one, scalar: { value: -1 } }], '/0/scalar/value: '],
    ['half a gpu', [{ ...one, name: 'gpus', scalar: { value: 0.5 } }], '/0/scalar/value: gpus'],
    [
      'a known name of another type',
      [{ name: 'cpus', type: 'SET', set: { item: [] } }],
      '/0/type: ',
    ],
    [
      'two types of a name',
      [
        { ...one, name: 'x' },
        { name: 'x', type: 'SET', set: { item: [] } },
      ],
      '/1/type: ',
    ],
    [
      'a role that is not the top',
      [{ ...one, role: 'b', reservations: [{ type: 'STATIC', role: 'a' }] }],
      '/0/role: ',
    ],
    ['a reservation for *', [{ ...one, reservation: {} }], '/0/reservation: '],
    ['an odd role', [{ ...one, role: 'a b' }], '/0/role: a b is no role'],
    [
      'a stack upside down',
      [
        {
          ...one,
          reservations: [
            { type: 'DYNAMIC', role: 'a/b' },
            { type: 'DYNAMIC', role: 'a' },
          ],
        },
      ],
      '/0: a is not below a/b',
    ],
    [
      'a kind of disk nobody knows',
      [{ ...disk, disk: { source: { type: 'TAPE' } } }],
      '/0/disk/source/type: ',
    ],
    [
      'a mount without a volume',
      [{ ...disk, disk: { volume: { container_path: 'a', mode: 'RW' } } }],
      '/0: only a persistent volume',
    ],
    [
      'a mode nobody knows',
      [{ ...disk, disk: { persistence: { id: 'a' }, volume: { container_path: 'a', mode: 'X' } } }],
      '/0/disk/volume/mode: ',
    ],
    [
      'a host path',
      [
        {
          ...disk,
          disk: {
            persistence: { id: 'a' },
            volume: { container_path: 'a', mode: 'RW', host_path: '/' },
          },
        },
      ],
      '/0/disk/volume/host_path: ',
    ],
    ['shared cpus', [{ ...one, shared: {} }], '/0: only persistent volumes are shared'],
    [
      'a label twice',
      [
        {
          ...one,
          reservations: [
            { type: 'DYNAMIC', role: 'a', labels: { labels: [{ key: 'k' }, { key: 'k' }] } },
          ],
        },
      ],
      '/0/reservations/0/labels/labels/1: ',
    ],
    [
      'a range backwards',
      [{ name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 2, end: 1 }] } }],
      '/0/ranges/range/0: ',
    ],
  ];
  for (const [name, json, start] of refused) {
    it(`refuse ${name} and say where`, () => {
      expect(fromJson(json)).to.match(new RegExp(`^${start.replace(/[*[\]]/g, '\\$&')}`));
    });
  }

  it('name all that is wrong at once, the first of it also by itself', () => {
    const json = [one, { name: '', type: 'X' }, { ...one, scalar: {}, role: 7 }];
    const result = resourcesFromJson(json);
    if (result.ok) throw new Error('accepted');
    const { violations, ...first } = result.error;
    expect(first).to.deep.equal({ index: 1, path: '/1/name', rule: 'a resource has a name' });
    expect(violations.map(({ path }) => path)).to.deep.equal([
      '/1/name',
      '/1/type',
      '/2/role',
      '/2/scalar/value',
    ]);
  });

  it('stop at a hundred violations', () => {
    const result = resourcesFromJson(Array(500).fill(7));
    expect(result.ok ? 0 : result.error.violations.length).to.equal(100);
  });
});
