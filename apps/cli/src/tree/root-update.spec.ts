import { expect } from 'chai';
import { rootUpdate, type Document, type PresentGroup, type TreeChange } from './root-update.js';

function group(
  id: string,
  apps: readonly string[],
  groups: readonly PresentGroup[] = [],
): PresentGroup {
  return { id, groups, apps: apps.map((app) => ({ id: app, cmd: 'old', version: 'v' })) };
}

const present = group(
  '/',
  ['/solo'],
  [
    group('/shop', ['/shop/web', '/shop/api'], [group('/shop/db', ['/shop/db/pg'])]),
    group('/other', ['/other/a']),
  ],
);

const old = (id: string): Document => ({ id, cmd: 'old' });

const cases: readonly (readonly [name: string, change: TreeChange, body: Document])[] = [
  [
    'names only the group of a changed app, and repeats its neighbours',
    { put: [{ id: '/shop/web', cmd: 'new' }] },
    {
      id: '/',
      groups: [
        {
          id: '/shop',
          apps: [old('/shop/api'), { id: '/shop/web', cmd: 'new' }],
          groups: [{ id: '/shop/db' }],
        },
        { id: '/other' },
      ],
    },
  ],
  [
    'makes groups that are not there',
    { put: [{ id: '/new/deep/app', cmd: 'new' }] },
    {
      id: '/',
      groups: [
        { id: '/shop' },
        { id: '/other' },
        { id: '/new', groups: [{ id: '/new/deep', apps: [{ id: '/new/deep/app', cmd: 'new' }] }] },
      ],
    },
  ],
  [
    'leaves out what is removed, apps and groups',
    { remove: ['/solo', '/shop/db'] },
    {
      id: '/',
      apps: [],
      groups: [
        { id: '/shop', apps: [old('/shop/web'), old('/shop/api')], groups: [] },
        { id: '/other' },
      ],
    },
  ],
  [
    'sets fields of groups',
    { groups: new Map([['/other', { dependencies: ['/shop'] }]]) },
    { id: '/', groups: [{ id: '/shop' }, { id: '/other', dependencies: ['/shop'] }] },
  ],
  ['asks for nothing where nothing changes', {}, { id: '/' }],
];

describe('the body of a group update', () => {
  for (const [name, change, body] of cases) {
    it(name, () => {
      expect(rootUpdate(present, change)).to.deep.equal(body);
    });
  }

  it('does not repeat siblings that were not touched, however many', () => {
    const many = Array.from({ length: 50 }, (_, n) => group(`/g${n}`, [`/g${n}/a`]));
    const body = rootUpdate(group('/', [], many), { put: [{ id: '/g7/a', cmd: 'x' }] });
    const named = (body['groups'] as readonly Document[]).filter((one) => 'apps' in one);
    expect(named.map(({ id }) => id)).to.deep.equal(['/g7']);
  });
});
