import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { AppWire } from '../../src/core/app/index.js';
import { PlaceWorld, agentId, hostsWith, plainHosts } from './place-world.js';

function bound(...constraints: readonly (readonly string[])[]): AppWire {
  return { constraints };
}

/** What is lost is replaced after ten seconds and remembered for a thousand. */
const REPLACED = {
  unreachableStrategy: { inactiveAfterSeconds: 10, expungeAfterSeconds: 1_000 },
} as const;

describe('placing by constraints', () => {
  it('CON-01: UNIQUE puts three on three hosts, a fourth waits', () => {
    const unique = bound(['hostname', 'UNIQUE']);
    const three = new PlaceWorld(plainHosts(3)).post('/web', 3, unique);
    expect([three.hosts('/web'), three.isDeploying]).to.deep.equal(['h1 h2 h3', false]);
    const four = new PlaceWorld(plainHosts(3)).post('/web', 4, unique);
    expect(four.hosts('/web')).to.equal('h1 h2 h3');
    expect(four.queue('/web')).to.equal('1 UnfulfilledConstraint x3');
    expect(four.isDeploying).to.equal(true);
  });

  it('CON-02: CLUSTER with a host takes that one alone', () => {
    const world = new PlaceWorld(plainHosts(3)).post(
      '/web',
      3,
      bound(['@hostname', 'CLUSTER', 'h2']),
    );
    expect(world.hosts('/web')).to.equal('h2 h2 h2');
  });

  it('CON-03: CLUSTER with a host that is not there waits', () => {
    const world = new PlaceWorld(plainHosts(2)).post(
      '/web',
      1,
      bound(['@hostname', 'CLUSTER', 'no']),
    );
    expect([world.hosts('/web'), world.isDeploying]).to.deep.equal(['', true]);
    expect(world.queue('/web')).to.equal('1 UnfulfilledConstraint x2');
  });

  it('CON-04: CLUSTER without a host keeps all on the one that is first', () => {
    const world = new PlaceWorld(plainHosts(3)).post('/web', 3, bound(['@hostname', 'CLUSTER']));
    expect(world.split('/web', 'hostname')).to.equal('3');
    world.put('/web', { instances: 6 });
    expect(world.split('/web', 'hostname')).to.equal('6');
  });

  for (const [operator, ...value] of [
    ['CLUSTER'],
    ['UNIQUE'],
    ['LIKE', '.*'],
    ['GROUP_BY'],
    ['GROUP_BY', '2'],
    ['MAX_PER', '5'],
    ['IS', 'a'],
  ] as const) {
    it(`CON-06: ${operator} ${value.join('')} never takes a host without the attribute`, () => {
      const hosts = [...plainHosts(3), ...hostsWith('rack', 'a')];
      const world = new PlaceWorld(hosts).post('/web', 1, bound(['rack', operator, ...value]));
      expect(world.hosts('/web')).to.equal('h4');
      const none = new PlaceWorld(plainHosts(3)).post(
        '/web',
        1,
        bound(['rack', operator, ...value]),
      );
      expect(none.queue('/web')).to.equal('1 UnfulfilledConstraint x3');
    });
  }

  it('CON-07: UNLIKE takes a host without the attribute', () => {
    const hosts = [...hostsWith('jdk', '7'), ...plainHosts(1)];
    const world = new PlaceWorld(hosts).post('/web', 2, bound(['jdk', 'UNLIKE', '7']));
    expect(world.hosts('/web')).to.equal('h2 h2');
  });

  it('CON-08, CON-09: LIKE matches the whole value, numbers as well', () => {
    const jdk = new PlaceWorld(hostsWith('jdk', '6', '7')).post(
      '/a',
      2,
      bound(['jdk', 'LIKE', '7']),
    );
    expect(jdk.hosts('/a')).to.equal('h2 h2');
    const racks = hostsWith('rack', 'rack-1', 'rack-4', 'rack-11', 'rack-3');
    const world = new PlaceWorld(racks).post('/a', 4, bound(['rack', 'LIKE', 'rack-[1-3]']));
    expect(new Set(world.hosts('/a').split(' '))).to.deep.equal(new Set(['h1', 'h4']));
  });

  it('CON-11: GROUP_BY 3 fills three racks evenly', () => {
    const hosts = hostsWith('rack', 'a', 'b', 'c', 'a', 'a');
    const world = new PlaceWorld(hosts).post('/web', 9, bound(['rack', 'GROUP_BY', '3']));
    expect(world.split('/web', 'rack')).to.equal('3/3/3');
  });

  it('CON-12: GROUP_BY 3 on two racks runs their shares, and the rest once there is a third', () => {
    const world = new PlaceWorld(hostsWith('rack', 'a', 'b'));
    world.post('/web', 6, bound(['rack', 'GROUP_BY', '3']));
    expect(world.split('/web', 'rack')).to.equal('2/2');
    expect(world.queue('/web')).to.equal('2 UnfulfilledConstraint x2');
    world.join(3, { attributes: 'rack:c' });
    expect(world.split('/web', 'rack')).to.equal('2/2/2');
    expect(world.isDeploying).to.equal(false);
  });

  it('CON-13: GROUP_BY 2 uses two of four racks', () => {
    const world = new PlaceWorld(hostsWith('rack', 'a', 'b', 'c', 'd'));
    expect(world.post('/web', 5, bound(['rack', 'GROUP_BY', '2'])).split('/web', 'rack')).to.equal(
      '3/2',
    );
  });

  it('CON-14: GROUP_BY 4 gives the fifth to one rack', () => {
    const world = new PlaceWorld(hostsWith('rack', 'a', 'b', 'c', 'd'));
    const split = world.post('/web', 5, bound(['rack', 'GROUP_BY', '4'])).split('/web', 'rack');
    expect(split).to.equal('2/1/1/1');
  });

  it('CON-16: GROUP_BY without a number puts the next one on a rack that has joined', () => {
    const world = new PlaceWorld(hostsWith('rack', 'a', 'b'));
    world.post('/web', 8, bound(['rack', 'GROUP_BY']));
    expect(world.split('/web', 'rack')).to.equal('4/4');
    const before = world.running('/web').map(({ task }) => task?.id);
    world.join(3, { attributes: 'rack:c' });
    world.put('/web', { instances: 9 });
    expect(world.split('/web', 'rack')).to.equal('4/4/1');
    expect(world.running('/web').map(({ task }) => task?.id)).to.include.members(before);
    world.put('/web', { instances: 12 });
    expect(world.split('/web', 'rack')).to.equal('4/4/4');
  });

  it('CON-16: GROUP_BY without a number does not wait for a rack that is lost or out of question', () => {
    const hosts = [
      { attributes: 'rack:a;ssd:yes' },
      { attributes: 'rack:b;ssd:yes' },
      { attributes: 'rack:c;ssd:no' },
      { attributes: 'rack:d;ssd:yes' },
    ];
    const world = new PlaceWorld(hosts);
    world.lose(4);
    world.post('/web', 6, bound(['rack', 'GROUP_BY'], ['ssd', 'IS', 'yes']));
    expect(world.split('/web', 'rack')).to.equal('3/3');
  });

  for (const [value, fits] of [
    ['0.8', true],
    ['0.80', true],
    ['0.8001', true],
    ['0.81', false],
  ] as const) {
    it(`CON-17: IS ${value} ${fits ? 'takes' : 'refuses'} a level of 0.8`, () => {
      const world = new PlaceWorld(hostsWith('level', '0.8')).post(
        '/a',
        1,
        bound(['level', 'IS', value]),
      );
      expect(world.hosts('/a')).to.equal(fits ? 'h1' : '');
    });
  }

  for (const [value, fits] of [
    ['1.0005', true],
    ['1.00051', false],
    ['1.001', false],
  ] as const) {
    it(`CON-18: IS ${value} ${fits ? 'takes' : 'refuses'} a number of 1.0`, () => {
      const world = new PlaceWorld(hostsWith('n', '1.0')).post('/a', 1, bound(['n', 'IS', value]));
      expect(world.hosts('/a')).to.equal(fits ? 'h1' : '');
    });
  }

  for (const [field, operator, value] of [
    ['numbers', 'LIKE', '\\[6-7\\]'],
    ['numbers', 'CLUSTER', '[6-7]'],
    ['kinds', 'LIKE', '\\{0,1\\}'],
  ] as const) {
    it(`CON-19: ${operator} ${value} compares ranges and sets as text`, () => {
      const hosts = [...plainHosts(2), { attributes: 'numbers:[6-7];kinds:{1,0}' }];
      const world = new PlaceWorld(hosts).post('/a', 2, bound([field, operator, value]));
      expect(world.hosts('/a')).to.equal('h3 h3');
    });
  }

  const REGIONS = ['r1 z1', 'r1 z2', 'r2 z1', 'r2 z2'].map((domain) => ({ domain }));

  it('CON-21: a region takes its hosts alone', () => {
    const world = new PlaceWorld(REGIONS).post('/a', 4, bound(['@region', 'IS', 'r2']));
    expect(world.split('/a', 'hostname')).to.equal('2/2');
    expect(world.split('/a', '@region')).to.equal('4');
  });

  it('CON-22: a region and a zone take what is in both', () => {
    const both = bound(['@region', 'IS', 'r2'], ['@zone', 'IS', 'z2']);
    expect(new PlaceWorld(REGIONS).post('/a', 2, both).hosts('/a')).to.equal('h4 h4');
  });

  const FOUR_ZONES = ['r2 a', 'r2 b', 'r1 x', 'r2 c', 'r2 d'].map((domain) => ({ domain }));

  it('CON-23: six spread over the four zones of a region as 2/2/1/1', () => {
    for (const number of [['4'], []]) {
      const app = bound(['@region', 'IS', 'r2'], ['@zone', 'GROUP_BY', ...number]);
      const world = new PlaceWorld(FOUR_ZONES).post('/a', 6, app);
      expect([world.split('/a', '@zone'), world.split('/a', '@region')]).to.deep.equal([
        '2/2/1/1',
        '6',
      ]);
    }
  });

  it('CON-24: what replaces a lost instance is in the same region', () => {
    const world = new PlaceWorld(REGIONS);
    world.post('/a', 2, { ...bound(['@region', 'IS', 'r2'], ['hostname', 'UNIQUE']), ...REPLACED });
    world.join(5, { domain: 'r2 z3' });
    world.lose(3);
    world.world.advance(seconds(11));
    expect(world.hosts('/a')).to.equal('h4 h5');
  });

  it('CON-26: what is pinned comes back where it was', () => {
    const world = new PlaceWorld(plainHosts(3)).post('/a', 1, bound(['hostname', 'CLUSTER', 'h1']));
    const [task] = world.world.tasks.keys();
    if (task === undefined) throw new Error('it runs');
    world.world.report(task, 'TASK_FAILED');
    world.world.settle();
    world.world.advance(seconds(5));
    expect(world.hosts('/a')).to.equal('h1');
    expect([...world.world.tasks.keys()]).not.to.include(task);
  });

  it('CON-27: what is pinned and unique runs once', () => {
    const both = bound(['hostname', 'UNIQUE'], ['hostname', 'CLUSTER', 'h1']);
    const world = new PlaceWorld(plainHosts(2)).post('/a', 2, both);
    expect([world.hosts('/a'), world.queue('/a')]).to.deep.equal([
      'h1',
      '1 UnfulfilledConstraint x2',
    ]);
  });

  it('CON-28: UNIQUE lets other hosts replace what is on a lost one, which stays taken', () => {
    const world = new PlaceWorld(plainHosts(4));
    world.post('/a', 3, { ...bound(['hostname', 'UNIQUE']), ...REPLACED });
    const [lost] = world.running('/a');
    const number = Number(lost?.task?.host.slice(1));
    world.lose(number);
    world.world.advance(seconds(11));
    const hosts = new Set(world.hosts('/a').split(' '));
    expect([hosts.size, hosts.has(`h${number}`)]).to.deep.equal([3, false]);
  });

  it('CON-28: MAX_PER counts what may still run on a lost host, GROUP_BY does not', () => {
    const zones = ['r z1', 'r z1', 'r z2', 'r z2'].map((domain) => ({ domain }));
    const lostOf = (constraint: readonly string[]): PlaceWorld => {
      const world = new PlaceWorld(zones).post('/a', 2, { ...bound(constraint), ...REPLACED });
      world.lose(Number(world.running('/a')[0]?.task?.host.slice(1)));
      world.world.advance(seconds(11));
      return world;
    };
    expect(lostOf(['@zone', 'MAX_PER', '1']).running('/a')).to.have.length(1);
    expect(lostOf(['@zone', 'GROUP_BY', '2']).split('/a', '@zone')).to.equal('1/1');
  });

  it('CON-29: nothing moves when the attribute of its host changes', () => {
    const world = new PlaceWorld(hostsWith('rack', 'a', 'b')).post(
      '/a',
      2,
      bound(['rack', 'IS', 'a']),
    );
    const before = world.running('/a');
    world.join(1, { attributes: 'rack:z' });
    world.world.advance(seconds(600));
    expect(world.running('/a')).to.deep.equal(before);
    world.join(2, { attributes: 'rack:a' });
    expect(world.put('/a', { instances: 3 }).hosts('/a')).to.equal('h1 h1 h2');
  });

  it('UPG-22: new instances may share hosts with old ones, and end up unique', () => {
    const world = new PlaceWorld(plainHosts(3)).post('/web', 3, bound(['@hostname', 'UNIQUE']));
    world.put('/web', { cmd: 'sleep 2000' });
    expect([world.hosts('/web'), world.isDeploying]).to.deep.equal(['h1 h2 h3', false]);
  });

  it('UPG-34: GROUP_BY holds for the new ones while room is scarce', () => {
    const hosts = ['a', 'b', 'c'].map((rack) => ({
      attributes: `rack:${rack}`,
      resources: 'cpus:2;mem:64;ports:[31000-32000]',
    }));
    const world = new PlaceWorld(hosts).post('/web', 6, {
      ...bound(['rack', 'GROUP_BY', '3']),
      cpus: 1,
      upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 },
    });
    world.put('/web', { cmd: 'sleep 2000' });
    expect([world.split('/web', 'rack'), world.isDeploying]).to.deep.equal(['2/2/2', false]);
    expect(new Set(world.running('/web').map((i) => i.configVersion)).size).to.equal(1);
  });

  it('SPREAD is as even as there is room, and keeps nothing waiting', () => {
    const roomy = hostsWith('rack', 'a', 'b', 'c', 'a', 'a');
    const even = new PlaceWorld(roomy).post('/web', 9, bound(['rack', 'SPREAD']));
    expect(even.split('/web', 'rack')).to.equal('3/3/3');
    const tight = hostsWith('rack', 'a', 'b').map((host, i) => ({
      ...host,
      resources: i === 0 ? 'cpus:1;mem:64' : 'cpus:8;mem:64',
    }));
    const full = new PlaceWorld(tight).post('/web', 6, { ...bound(['rack', 'SPREAD']), cpus: 1 });
    expect(full.split('/web', 'rack')).to.equal('5/1');
    const without = [...hostsWith('rack', 'a'), ...plainHosts(1)];
    expect(
      new PlaceWorld(without).post('/web', 2, bound(['rack', 'SPREAD'])).hosts('/web'),
    ).to.equal('h1 h2');
  });

  it('SPREAD over two fields is even in both where it can be', () => {
    const hosts = ['a', 'b'].flatMap((rack) =>
      ['x', 'y'].map((color) => ({ attributes: `rack:${rack};color:${color}` })),
    );
    const both = bound(['rack', 'SPREAD'], ['color', 'SPREAD']);
    const world = new PlaceWorld(hosts).post('/web', 8, both);
    expect([world.split('/web', 'rack'), world.split('/web', 'color')]).to.deep.equal([
      '4/4',
      '4/4',
    ]);
  });
});

describe('scaling down by constraints', () => {
  it('SCL-16: gives up instances where most are', () => {
    const world = new PlaceWorld(plainHosts(2)).post('/web', 12, bound(['@hostname', 'GROUP_BY']));
    // The third host joins late, so that the split is 6/6/3.
    world.join(3);
    world.put('/web', { instances: 15 });
    expect(world.split('/web', 'hostname')).to.equal('6/6/3');
    expect(world.put('/web', { instances: 9 }).split('/web', 'hostname')).to.equal('3/3/3');
    expect(world.put('/web', { instances: 4 }).split('/web', 'hostname')).to.equal('2/1/1');
  });

  it('SCL-17: keeps two fields even', () => {
    const hosts = ['a', 'b'].flatMap((rack) =>
      ['x', 'y'].map((color) => ({ attributes: `rack:${rack};color:${color}` })),
    );
    const both = bound(['rack', 'GROUP_BY', '2'], ['color', 'GROUP_BY', '2']);
    const world = new PlaceWorld(hosts).post('/web', 40, both);
    world.put('/web', { instances: 20 });
    expect([world.split('/web', 'rack'), world.split('/web', 'color')]).to.deep.equal([
      '10/10',
      '10/10',
    ]);
  });

  it('SCL-18: gives up what is on a lost host, and is done although the host is down', () => {
    const world = new PlaceWorld(plainHosts(2));
    world.post('/web', 2, {
      ...bound(['hostname', 'MAX_PER', '1']),
      unreachableStrategy: 'disabled',
    });
    world.lose(1);
    world.put('/web', { instances: 1 });
    expect([world.hosts('/web'), world.isDeploying]).to.deep.equal(['h2', false]);
    expect(world.world.state.master.state.agents.get(agentId(1))?.reachable).to.equal(false);
  });
});
