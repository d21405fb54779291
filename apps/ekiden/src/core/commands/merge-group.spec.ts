import { expect } from 'chai';
import { GroupWorld, accepted, sleeper, violationsIn } from '../../../testing/group-world.js';
import type { GroupWire } from '../group/index.js';

/** `/g` with apps a and b, and a child `/g/x` with app c. */
function grown(): GroupWorld {
  const world = new GroupWorld();
  accepted(
    world.createGroup('/g', {
      apps: [sleeper('a', { instances: 2 }), sleeper('b')],
      groups: [{ id: 'x', apps: [sleeper('c')] }],
    }),
  );
  return world;
}

const ALL = ['/g/a', '/g/b', '/g/x/c'];

describe('merging a group document', () => {
  for (const [name, id, document, apps, groups] of [
    ['nothing given changes nothing', '/g', {}, ALL, ['/g', '/g/x']],
    ['apps given replace the own apps', '/g', { apps: [sleeper('a')] }, ['/g/a', '/g/x/c']],
    ['no apps given remove the own apps', '/g', { apps: [] }, ['/g/x/c'], ['/g', '/g/x']],
    ['groups given replace the children', '/g', { groups: [] }, ['/g/a', '/g/b'], ['/g']],
    ['a child given is merged', '/g', { groups: [{ id: 'x' }] }, ALL, ['/g', '/g/x']],
    [
      'a child given first is made',
      '/g',
      { groups: [{ id: '/g/x' }, { id: 'y', apps: [sleeper('d')] }] },
      [...ALL, '/g/y/d'],
      ['/g', '/g/x', '/g/y'],
    ],
    ['a child is addressed by itself', '/g/x', { apps: [] }, ['/g/a', '/g/b'], ['/g', '/g/x']],
    ['groups in between are made', '/n/m', {}, ALL, ['/g', '/g/x', '/n', '/n/m']],
    ['the root is a group as well', '/', { groups: [] }, [], []],
    [
      'the root keeps what is not given',
      '/',
      { apps: [sleeper('top')] },
      [...ALL, '/top'],
      ['/g', '/g/x'],
    ],
    [
      'an app takes the place of a group that goes',
      '/g',
      { groups: [], apps: [sleeper('x')] },
      ['/g/x'],
      ['/g'],
    ],
    [
      'a group takes the place of an app that goes',
      '/g',
      { apps: [], groups: [{ id: 'a', apps: [sleeper('z')] }] },
      ['/g/a/z'],
      ['/g', '/g/a'],
    ],
  ] satisfies [string, string, GroupWire, string[], string[]?][]) {
    it(name, () => {
      const world = grown();
      accepted(world.putGroup(id, document));
      expect(world.appIds).to.deep.equal(apps);
      expect(world.groupIds).to.deep.equal(groups ?? ['/g', '/g/x']);
      expect([...world.tasks.keys()].length).to.equal(
        apps.reduce((sum, app) => sum + world.instances(app).length, 0),
      );
    });
  }

  it('resolves dependencies against the group that holds them and stores them absolute', () => {
    const world = grown();
    accepted(world.createGroup('/h', {}));
    accepted(
      world.putGroup('/g', {
        dependencies: [],
        groups: [
          { id: 'x', dependencies: ['../y', 'x/../../y', '/g/z/../y', '../../h'] },
          { id: 'y', apps: [sleeper('d', { dependencies: ['e', '/g/y/e'] }), sleeper('e')] },
        ],
      }),
    );
    const { groups, apps } = world.state.rows;
    expect(groups.get('/g/x' as never)?.dependencies).to.deep.equal(['/g/y', '/h']);
    expect(apps.get('/g/y/d' as never)?.dependencies).to.deep.equal(['/g/y/e']);
  });

  it('keeps dependencies unless they are given', () => {
    const world = grown();
    const x = (): unknown => world.state.rows.groups.get('/g/x' as never)?.dependencies;
    accepted(world.putGroup('/h', { apps: [sleeper('a')] }));
    accepted(world.putGroup('/g/x', { dependencies: ['/h'] }));
    accepted(world.putGroup('/g/x', { apps: [] }));
    expect(x()).to.deep.equal(['/h']);
    accepted(world.putGroup('/g/x', { dependencies: [] }));
    expect(x()).to.deep.equal([]);
  });

  for (const [name, document, path, message] of [
    ['scaleBy beside apps', { scaleBy: 2, apps: [] }, '/scaleBy', /^not allowed in conjunction/],
    ['version beside an id', { id: 'g', version: 'x' }, '/version', /^not allowed in conjunction/],
    [
      'scaleBy in a child',
      { groups: [{ id: 'x', scaleBy: 2 }] },
      '/groups(0)/scaleBy',
      /^not allowed in conjunction with other properties\.$/,
    ],
    [
      'an app outside the group',
      { apps: [sleeper('a'), sleeper('/h/a')] },
      '/apps(1)/id',
      /^Identifier is not child of '\/g'$/,
    ],
    ['an app two levels down', { apps: [sleeper('x/c')] }, '/apps(0)/id', /not child of '\/g'$/],
    ['a group outside', { groups: [{ id: '/h' }] }, '/groups(0)/id', /not child of '\/g'$/],
    ['a child without an id', { groups: [{ id: 'x' }, {}] }, '/groups(1)/id', /^not defined$/],
    ['an app twice', { apps: [sleeper('a'), sleeper('a')] }, '/apps(1)/id', /more than once$/],
    [
      'an app and a group of one id',
      { apps: [sleeper('x')], groups: [{ id: 'x' }] },
      '/groups(0)/id',
      /^Groups and Applications may not have the same identifier/,
    ],
    ['an app where a group is', { apps: [sleeper('x')] }, '/', /the same identifier\.$/],
    ['a group where an app is', { groups: [{ id: 'a', apps: [] }] }, '/', /the same identifier\.$/],
    [
      'an app without work',
      { apps: [{ id: 'a' }] },
      '/apps(0)',
      /must either contain one of 'cmd'/,
    ],
    [
      'a bad fraction deep down',
      {
        groups: [
          {
            id: 'x',
            apps: [
              sleeper('c', {
                upgradeStrategy: { minimumHealthCapacity: 2, maximumOverCapacity: 1 },
              }),
            ],
          },
        ],
      },
      '/groups(0)/apps(0)/upgradeStrategy/minimumHealthCapacity',
      /^got 2\.0, expected between/,
    ],
    ['an id of capitals', { groups: [{ id: 'X' }] }, '/groups(0)/id', /^must fully match/],
    ['a reserved id', { groups: [{ id: 'versions' }] }, '/groups(0)/id', /^must not end with/],
    ['a bad reference', { dependencies: ['A'] }, '/dependencies(0)', /^must fully match/],
    [
      'roles of a nested group',
      { groups: [{ id: 'x', enforceRole: true }] },
      '/groups(0)/enforceRole',
      /^enforceRole can only be set for top-level groups, and \/g\/x is not top-level$/,
    ],
    [
      'roles together with apps',
      { enforceRole: true, apps: [sleeper('a', { cmd: 'other' })] },
      '/enforceRole',
      /^enforceRole cannot be modified in a request that adds, removes or modifies services/,
    ],
    [
      'an unknown dependency of an app',
      { apps: [sleeper('a', { dependencies: ['x/d'] }), sleeper('b')] },
      '/apps//g/a/dependencies(0)',
      /^'\/g\/a' depends on '\/g\/x\/d', which does not exist; did you mean '\/g\/x\/c'\?$/,
    ],
    [
      'an unknown dependency of a group',
      { dependencies: ['/hello/y'] },
      '/groups//g/dependencies(0)',
      /^'\/g' depends on '\/hello\/y', which does not exist$/,
    ],
    [
      'a group on its own child',
      { dependencies: ['x'] },
      '/',
      /^Dependency graph has cyclic dependencies\.$/,
    ],
  ] satisfies [string, GroupWire, string, RegExp][]) {
    it(`refuses ${name}`, () => {
      const world = grown();
      const [first] = violationsIn(world.putGroup('/g', document));
      expect(first?.path).to.equal(path);
      expect(first?.message).to.match(message);
      expect(world.appIds).to.deep.equal(ALL);
      expect(world.eventTypes('group_change_failed')).to.have.length(1);
    });
  }

  it('names every violation of a document at once', () => {
    const document = {
      apps: [{ id: 'a' }, sleeper('/q')],
      groups: [{ id: 'x', enforceRole: true }],
    };
    const paths = violationsIn(grown().putGroup('/g', document)).map(({ path }) => path);
    expect(paths).to.include.members(['/apps(0)', '/apps(1)/id', '/groups(0)/enforceRole']);
  });

  it('lets a new group come with its role, and an old one change it alone', () => {
    const world = new GroupWorld();
    accepted(world.createGroup('/team', { enforceRole: true, apps: [sleeper('a')] }));
    expect(world.state.rows.apps.get('/team/a' as never)?.role).to.equal('team');
    accepted(
      world.putGroup('/team', { enforceRole: false, apps: [sleeper('a', { role: 'team' })] }),
    );
    expect(world.state.rows.groups.get('/team' as never)?.enforceRole).to.equal(false);
  });

  it('refuses dependencies of the root, on which everything would depend', () => {
    const [first] = violationsIn(grown().putGroup('/', { dependencies: ['g'] }));
    expect(first?.message).to.equal('Dependency graph has cyclic dependencies.');
  });
});
