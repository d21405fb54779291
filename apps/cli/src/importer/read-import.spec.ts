import { expect } from 'chai';
import { readImport } from './read-import.js';

type Case = readonly [name: string, value: unknown, ids: readonly string[]];

const cases: readonly Case[] = [
  ['an app', { id: 'web', cmd: 'x' }, ['app /web']],
  ['a list of apps', [{ id: '/a' }, { id: '/b' }], ['app /a', 'app /b']],
  ['the answer for one app', { app: { id: '/a', tasks: [] } }, ['app /a']],
  ['the answer for all apps', { apps: [{ id: '/a' }, { id: '/g/b' }] }, ['app /a', 'app /g/b']],
  ['the answer for a wildcard', { '*': [{ id: '/a' }] }, ['app /a']],
  ['a pod', { id: '/p', containers: [] }, ['pod /p']],
  ['the status of a pod', { id: '/p', status: 'STABLE', spec: { id: '/p' } }, ['pod /p']],
  [
    'a group with relative ids',
    { id: 'shop', groups: [{ id: 'api', apps: [{ id: 'v1' }, { id: '../web' }] }] },
    ['app /shop/api/v1', 'app /shop/web'],
  ],
  [
    'the tree of a server, pods by their status',
    { id: '/', apps: [], pods: [{ id: '/p', spec: { id: '/p' } }], groups: [] },
    ['pod /p'],
  ],
  ['nothing in an empty tree', { id: '/', apps: [], groups: [], pods: [] }, []],
];

describe('reading definitions', () => {
  for (const [name, value, ids] of cases) {
    it(`finds ${name}`, () => {
      const { found, problems } = readImport([{ name: 'file', value }]);
      expect(found.map(({ kind, id }) => `${kind} ${id}`)).to.deep.equal(ids);
      expect(problems).to.deep.equal([]);
    });
  }

  it('makes dependencies absolute, those of groups too', () => {
    const apps = [{ id: 'web', dependencies: ['api', '/db'] }];
    const { found, groups } = readImport([
      { value: { id: '/shop', apps, dependencies: ['../cache'] } },
    ]);
    expect(found[0]?.definition['dependencies']).to.deep.equal(['/shop/api', '/db']);
    expect(groups).to.deep.equal([{ id: '/shop', dependencies: ['/cache'] }]);
  });

  it('takes enforceRole from top-level groups alone', () => {
    const inner = { id: 'inner', enforceRole: true, apps: [] };
    const { groups } = readImport([{ value: { id: '/top', enforceRole: true, groups: [inner] } }]);
    expect(groups).to.deep.equal([{ id: '/top', dependencies: [], enforceRole: true }]);
  });

  it('names what is there twice and what is no definition', () => {
    const { found, problems } = readImport([
      { name: 'a.json', value: { id: '/x', cmd: 'one' } },
      { name: 'b.json', value: [{ id: 'x', cmd: 'two' }, 7, { colour: 'red' }] },
    ]);
    expect(found).to.have.length(1);
    expect(problems).to.deep.equal([
      '/x is there twice: in a.json and in b.json',
      'b.json holds something that is no definition',
      'b.json holds something that is no definition',
    ]);
  });
});
