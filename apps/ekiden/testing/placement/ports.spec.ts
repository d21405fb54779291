import { expect } from 'chai';
import type { AppWire } from '../../src/core/app/index.js';
import { servicePortsOf, type PathId } from '../../src/core/app/index.js';
import { PlaceWorld, plainHosts } from './place-world.js';

const PORTS = 'cpus:64;mem:65536;ports:';

function portsOf(world: PlaceWorld, id: string): readonly (readonly number[])[] {
  return world.running(id).map(({ task }) => task?.hostPorts ?? []);
}

function servicePorts(world: PlaceWorld, id: string): readonly number[] {
  const app = world.world.state.rows.apps.get(id as PathId);
  return app === undefined ? [] : servicePortsOf(app);
}

function ports(...numbers: readonly number[]): AppWire {
  return { portDefinitions: numbers.map((port) => ({ port })) };
}

function fixed(...numbers: readonly number[]): AppWire {
  return { ...ports(...numbers), requirePorts: true };
}

/** The app is refused; the paths of what is wrong with it. */
function refusedPaths(wire: AppWire): readonly string[] {
  const { world } = new PlaceWorld(plainHosts(1));
  const reply = world.create('/web', { cmd: 'sleep 1', ...wire });
  return reply.kind === 'invalid' ? reply.violations.map(({ path }) => path) : [];
}

describe('host ports', () => {
  it('PRT-01: a port that may be any is one of the host, its service port one of the service', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, ports(0));
    const [[port = 0] = []] = portsOf(world, '/web');
    expect(port).to.be.within(31_000, 32_000);
    expect(servicePorts(world, '/web')[0]).to.be.within(10_000, 20_000);
  });

  it('PRT-02: two ports are two, on the host and as service ports', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 3, ports(0, 0));
    const hostPorts = portsOf(world, '/web').flat();
    expect([hostPorts.length, new Set(hostPorts).size]).to.deep.equal([6, 6]);
    expect(new Set(servicePorts(world, '/web')).size).to.equal(2);
  });

  it('PRT-07: a required port runs once per host; who waits is told who has it', () => {
    const hosts = plainHosts(2, `${PORTS}[8080-8090]`);
    const world = new PlaceWorld(hosts).post('/web', 3, fixed(8080));
    expect(world.hosts('/web')).to.equal('h1 h2');
    expect(world.queue('/web')).to.equal('1 InsufficientPorts x2');
    const [first] = world.waiting('/web')?.agents ?? [];
    const holder = world.running('/web').find(({ task }) => task?.host === first?.hostname);
    expect(first?.sentences).to.deep.equal([
      `ports: host port 8080 is held by /web (task ${holder?.task?.id ?? ''})`,
    ]);
  });

  it('PRT-07: a required port that another app has names that app; one outside says so', () => {
    const hosts = plainHosts(1, `${PORTS}[8080-8090]`);
    const world = new PlaceWorld(hosts).post('/old', 1, fixed(8080));
    world.post('/new', 1, fixed(8080)).post('/far', 1, fixed(80));
    const told = (id: string): string => world.waiting(id)?.agents[0]?.sentences.join() ?? '';
    expect(told('/new')).to.match(/host port 8080 is held by \/old \(task old\.instance-/);
    expect(told('/far')).to.equal('ports: host port 80 is not among the ports of this agent');
  });

  it('PRT-08: required ports keep their order', () => {
    const world = new PlaceWorld(plainHosts(1, `${PORTS}[80-100]`)).post('/web', 1, fixed(100, 80));
    expect(portsOf(world, '/web')).to.deep.equal([[100, 80]]);
  });

  it('PRT-09: a port that is not required names the service port alone', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, ports(8080));
    expect(portsOf(world, '/web')[0]?.[0]).to.be.within(31_000, 32_000);
    expect(servicePorts(world, '/web')).to.deep.equal([8080]);
  });

  const container = (...hostPorts: readonly (number | undefined)[]): AppWire => ({
    networks: [{ mode: 'container/bridge' }],
    container: {
      type: 'DOCKER',
      docker: { image: 'web' },
      portMappings: hostPorts.map((hostPort, i) => ({
        containerPort: 80 + i,
        ...(hostPort === undefined ? {} : { hostPort }),
      })),
    },
  });

  it('PRT-11: a port that may be any is never the fixed one beside it', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const world = new PlaceWorld(plainHosts(1, `${PORTS}[31500-31501]`));
      // Chance has gone on a little further each time.
      for (let i = 0; i < seed; i += 1) world.post(`/other-${i}`, 1);
      world.post('/web', 1, container(31_500, 0));
      expect(portsOf(world, '/web')).to.deep.equal([[31_500, 31_501]]);
    }
  });

  it('PRT-12: ports come from all ranges of a host', () => {
    const world = new PlaceWorld(plainHosts(1, `${PORTS}[30000-30003,31000-31000]`));
    world.post('/web', 1, ports(0, 0, 0, 0, 0));
    const taken = [...(portsOf(world, '/web')[0] ?? [])].sort((a, b) => a - b);
    expect(taken).to.deep.equal([30_000, 30_001, 30_002, 30_003, 31_000]);
  });

  it('PRT-13: too few ports are waited for, and told with their numbers', () => {
    const world = new PlaceWorld(plainHosts(1, `${PORTS}[31000-31001]`));
    world.post('/web', 1, ports(0, 0, 0));
    expect(world.queue('/web')).to.equal('1 InsufficientPorts x1');
    const sentences = world.waiting('/web')?.agents[0]?.sentences;
    expect(sentences).to.deep.equal(['ports: wants 3, 2 free']);
  });

  it('PRT-14: restarts do not get the same port again and again', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, ports(0));
    const seen = new Set<number>();
    for (let i = 0; i < 20; i += 1) {
      world.put('/web', { env: { ROUND: String(i) } });
      for (const port of portsOf(world, '/web').flat()) seen.add(port);
    }
    expect(seen.size).to.be.greaterThan(15);
  });

  it('PRT-17: names and numbers are given once', () => {
    const twice = [
      { port: 1_000, name: 'web' },
      { port: 1_001, name: 'web' },
    ];
    expect(refusedPaths({ portDefinitions: twice })).to.deep.equal(['/portDefinitions']);
    expect(refusedPaths(ports(1_000, 1_000))).to.deep.equal(['/portDefinitions']);
  });

  it('PRT-18: new ports come with new tasks', () => {
    const world = new PlaceWorld(plainHosts(1, `${PORTS}[8000-9000]`)).post('/web', 2, ports(0));
    world.put('/web', { ...fixed(8080), instances: 1 });
    expect(portsOf(world, '/web')).to.deep.equal([[8080]]);
  });

  it('PRT-19: ports come from every role that is accepted, and from no other', () => {
    const mixed = 'cpus:4;mem:1024;ports(*):[31000-31000];ports(dev):[32000-32000]';
    const dev = (wire: AppWire): PlaceWorld => {
      const world = new PlaceWorld(plainHosts(1, mixed), {});
      return world.post('/dev/web', 1, { role: 'dev', ...ports(0, 0), ...wire });
    };
    const both = dev({ acceptedResourceRoles: ['*', 'dev'] });
    expect([...(portsOf(both, '/dev/web')[0] ?? [])].sort()).to.deep.equal([31_000, 32_000]);
    const one = dev({ acceptedResourceRoles: ['*'] });
    expect(one.queue('/dev/web')).to.equal('1 InsufficientPorts x1');
  });

  it('a port of a container network alone takes none of the host', () => {
    const net = { networks: [{ mode: 'container', name: 'net' }] } as const;
    const app = { ...container(undefined, 0), ...net };
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, app);
    expect(portsOf(world, '/web')[0]).to.have.length(1);
  });
});

describe('service ports', () => {
  it('PRT-03: zeros that are sent again keep their numbers, and nothing restarts', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, ports(0, 0));
    const before = servicePorts(world, '/web');
    const [task] = world.running('/web');
    world.put('/web', ports(0, 0));
    expect(servicePorts(world, '/web')).to.deep.equal(before);
    expect(world.running('/web')[0]?.task?.id).to.equal(task?.task?.id);
  });

  it('PRT-04: a zero between known ports gets a free one, the others stay', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, ports(10_010, 10_011));
    world.put('/web', ports(10_010, 0, 10_011));
    const [first, middle, last] = servicePorts(world, '/web');
    expect([first, last]).to.deep.equal([10_010, 10_011]);
    expect(middle).to.be.within(10_000, 20_000);
    expect([10_010, 10_011]).not.to.include(middle);
  });

  it('PRT-06: a zero never becomes a port that is named beside it', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/web', 1, ports(0, 10_000));
    expect(servicePorts(world, '/web')).to.deep.equal([10_001, 10_000]);
  });

  it('apps of one group, and of the next, get ports of their own', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/a', 1, ports(0, 0));
    world.post('/b', 1, ports(0)).post('/c', 1, ports(10_003, 0));
    const all = ['/a', '/b', '/c'].flatMap((id) => servicePorts(world, id));
    expect([all.length, new Set(all).size]).to.deep.equal([5, 5]);
  });
});
