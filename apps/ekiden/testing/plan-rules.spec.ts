import { expect } from 'chai';
import type { AppWire, PathId } from '../src/core/app/index.js';
import type { Finding } from '../src/core/deployment/index.js';
import type { GroupWire } from '../src/core/group/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { changeCommand } from './small-world.js';

const ports = 'ports:[31000-31999]';
const TWO = [`cpus:4;mem:4096;${ports}`, `cpus:4;mem:4096;${ports}`];
const CHECK = { protocol: 'COMMAND', command: { value: 'true' } } as const;
const DATA = {
  type: 'MESOS',
  volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
} as const;

type Case = readonly [
  name: string,
  given: {
    readonly before?: readonly AppWire[];
    readonly after: readonly AppWire[];
    /** What the group says itself. */
    readonly group?: Pick<GroupWire, 'rollout'>;
  },
  expected: readonly string[],
];

const SERIAL = { rollout: { strategy: 'serial' } } as AppWire;
const GREEN = { rollout: { strategy: 'blueGreen' } } as AppWire;
const PAIRED = { labels: { HAPROXY_DEPLOYMENT_GROUP: 'web' } };
const FIXED = { requirePorts: true, portDefinitions: [{ port: 31_500 }] };
const disks = 'disk:1000';

/** Two of a group that is promoted as a whole, and one between them that is replaced in place. */
function circle(fields: AppWire = {}): readonly AppWire[] {
  const checked = { healthChecks: [CHECK], instances: 2, cpus: 0.1, ...fields };
  return [
    sleeper('a', checked),
    sleeper('b', { ...checked, ...SERIAL, dependencies: ['a'] }),
    sleeper('c', { ...checked, dependencies: ['b'] }),
  ];
}

const cases: readonly Case[] = [
  ['nothing of plain apps', { after: [sleeper('a'), sleeper('b', { dependencies: ['a'] })] }, []],
  [
    'nothing of a plain change',
    { before: [sleeper('a')], after: [sleeper('a', { cmd: 'sleep 2' })] },
    [],
  ],
  [
    'a gap: one instance that is replaced in place, and all of it promised',
    {
      before: [sleeper('a', { ...SERIAL, healthChecks: [CHECK] })],
      after: [sleeper('a', { ...SERIAL, healthChecks: [CHECK], cmd: 'sleep 2' })],
    },
    ['gap-in-service /g/a /apps//g/a/upgradeStrategy/minimumHealthCapacity'],
  ],
  [
    'no gap that was said so',
    {
      before: [sleeper('a', { container: DATA, role: 'g', cmd: 'sleep 1' })],
      after: [sleeper('a', { container: DATA, role: 'g', cmd: 'sleep 2' })],
    },
    [],
  ],
  [
    'a suspended dependency',
    { after: [sleeper('db', { instances: 0 }), sleeper('web', { dependencies: ['db'] })] },
    ['dependency-suspended /g/web /apps//g/web/dependencies'],
  ],
  [
    'a dependency that waits in turn, because its group is promoted as a whole',
    { before: circle(), after: circle({ cmd: 'sleep 2' }), group: GREEN },
    ['dependency-in-a-circle /g/b /apps//g/b/dependencies'],
  ],
  [
    'a condition that nothing checks',
    {
      after: [
        sleeper('db'),
        sleeper('web', { dependencies: ['db'], dependencyRules: { db: { condition: 'healthy' } } }),
        sleeper('job', { dependencies: ['db'], dependencyRules: { db: { condition: 'ready' } } }),
      ],
    },
    [
      'dependency-without-health-check /g/web /apps//g/web/dependencyRules//g/db/condition',
      'dependency-without-readiness-check /g/job /apps//g/job/dependencyRules//g/db/condition',
    ],
  ],
  [
    'a condition that something checks',
    {
      after: [
        sleeper('db', { healthChecks: [CHECK] }),
        sleeper('web', { dependencies: ['db'], dependencyRules: { db: { condition: 'healthy' } } }),
      ],
    },
    [],
  ],
  [
    'a deadline within the grace period of the dependency',
    {
      after: [
        sleeper('db', { healthChecks: [{ ...CHECK, gracePeriodSeconds: 120 }] }),
        sleeper('web', {
          dependencies: ['db'],
          dependencyRules: { db: { onFailure: 'fail', deadlineSeconds: 60 } },
        }),
      ],
    },
    ['deadline-within-grace /g/web /apps//g/web/dependencyRules//g/db/deadlineSeconds'],
  ],
  [
    'two generations of what has no checks',
    { before: [sleeper('a', GREEN)], after: [sleeper('a', { ...GREEN, cmd: 'sleep 2' })] },
    ['rollout-without-checks /g/a /apps//g/a/healthChecks'],
  ],
  [
    'a host port of as many as there are agents',
    {
      before: [sleeper('a', { ...FIXED, instances: 2 })],
      after: [sleeper('a', { ...FIXED, instances: 2, cmd: 'sleep 2' })],
    },
    ['host-port-in-the-way /g/a /apps//g/a/portDefinitions'],
  ],
  [
    'a host port with an agent to spare',
    {
      before: [sleeper('a', { ...FIXED, instances: 1 })],
      after: [sleeper('a', { ...FIXED, instances: 1, cmd: 'sleep 2' })],
    },
    [],
  ],
  [
    'more instances than UNIQUE allows',
    { after: [sleeper('a', { instances: 3, constraints: [['hostname', 'UNIQUE']] })] },
    ['more-than-constraint-allows /g/a /apps//g/a/constraints(0)'],
  ],
  [
    'more instances than MAX_PER allows',
    { after: [sleeper('a', { instances: 5, constraints: [['hostname', 'MAX_PER', '2']] })] },
    ['more-than-constraint-allows /g/a /apps//g/a/constraints(0)'],
  ],
  [
    'as many as UNIQUE allows',
    { after: [sleeper('a', { instances: 2, constraints: [['hostname', 'UNIQUE']] })] },
    [],
  ],
  [
    'two apps that are one service',
    { before: [sleeper('a', PAIRED)], after: [sleeper('a', PAIRED), sleeper('b', PAIRED)] },
    ['two-apps-one-service /g/b /apps//g/b/labels/HAPROXY_DEPLOYMENT_GROUP'],
  ],
  ['nothing of the last app of a service', { after: [sleeper('a', PAIRED)] }, []],
  [
    'twins that do not fit',
    {
      before: [sleeper('a', { ...GREEN, healthChecks: [CHECK], instances: 2, cpus: 3 })],
      after: [sleeper('a', { ...GREEN, healthChecks: [CHECK], instances: 2, cpus: 3.5 })],
    },
    ['twins-do-not-fit /g/a /rollout/strategy'],
  ],
];

function planned(world: RolloutWorld, group: GroupWire): readonly Finding[] {
  const change = { kind: 'updateGroup', id: '/g' as PathId, group } as const;
  const reply = world.send({ ...changeCommand(change), dryRun: true } as never);
  if (reply.kind !== 'planned') throw new Error(JSON.stringify(reply));
  return reply.plan.findings ?? [];
}

describe('What rules say of a plan', () => {
  for (const [name, { before, after, group }, expected] of cases) {
    it(`tells of ${name}`, () => {
      const world = new RolloutWorld({ agents: TWO.map((text) => `${text};${disks}`) });
      if (before !== undefined) accepted(world.putGroup('/g', { ...group, apps: before }));
      const found = planned(world, { ...group, apps: after });
      expect(found.map(({ rule, id, path }) => `${rule} ${id} ${path}`)).to.deep.equal(expected);
      for (const { severity, message, remedy } of found) {
        expect(severity).to.equal('warning');
        expect(`${message} ${remedy}`).to.not.match(/undefined|\.$/);
      }
    });
  }

  it('keeps with the deployment what it was told', () => {
    const world = new RolloutWorld({ agents: TWO });
    const { deploymentId } = accepted(
      world.putGroup('/g', {
        apps: [sleeper('a', { instances: 3, constraints: [['hostname', 'UNIQUE']] })],
      }),
    );
    const { plan } = world.deploymentOf(deploymentId);
    expect(plan.warnings).to.deep.equal([
      "'/g/a' wants 3 instances, and UNIQUE allows 2 on agents with 2 values of hostname " +
        '(have 2 instances, or add agents with other values of hostname)',
    ]);
  });

  it('tells of the first fifty of many, and how many more there are', () => {
    const world = new RolloutWorld({ agents: TWO });
    const apps = Array.from({ length: 60 }, (_, at) =>
      sleeper(`a${at}`, { instances: 3, constraints: [['hostname', 'UNIQUE']] }),
    );
    const found = planned(world, { apps });
    expect(found).to.have.length(51);
    expect(found.at(-1)?.message).to.equal('10 more findings are left out');
  });
});
