import { expect } from 'chai';
import fc from 'fast-check';
import type { AppDefinition } from './app-definition.js';
import { isUpgrade } from './compare-apps.js';
import { hostPortDemand } from './host-ports.js';
import { sampleApp } from './sample-app.js';
import { assignServicePorts, servicePortsOf, type ChangedApp } from './service-ports.js';

const range = { min: 10, max: 20 };

function withPorts(...ports: readonly number[]): AppDefinition {
  return sampleApp({ ports });
}

function assigned(changed: readonly ChangedApp[], used: readonly number[] = []): unknown {
  const result = assignServicePorts(changed, new Set(used), range);
  return result.ok ? result.value.map(servicePortsOf) : result.error.message;
}

describe('service ports', () => {
  it('start at the lowest free ones', () => {
    const after = withPorts(0, 0);
    expect(assigned([{ after }], [10, 12])).to.deep.equal([[11, 13]]);
  });

  it('keep what the new definition names and take a free one for the rest', () => {
    const change = { before: withPorts(10, 11), after: withPorts(10, 0, 11) };
    expect(assigned([change], [10, 11])).to.deep.equal([[10, 12, 11]]);
  });

  it('stay the same when zeros are posted again', () => {
    const before = withPorts(12, 10);
    expect(assigned([{ before, after: withPorts(0, 0) }], [10, 12])).to.deep.equal([[12, 10]]);
    const result = assignServicePorts([{ before, after: withPorts(0, 0) }], new Set([10, 12]));
    expect(result.ok && isUpgrade(before, withPorts(0, 0))).to.equal(true);
  });

  it('are not reused from outside the range', () => {
    const change = { before: withPorts(80), after: withPorts(0) };
    expect(assigned([change], [80])).to.deep.equal([[10]]);
  });

  it('never collide within one change', () => {
    const changed = [{ after: withPorts(0, 11) }, { after: withPorts(0, 0) }];
    expect(assigned(changed)).to.deep.equal([
      [10, 11],
      [12, 13],
    ]);
  });

  it('may be named by several apps and lie outside the range', () => {
    const changed = [{ after: withPorts(10, 80) }, { after: withPorts(10) }];
    expect(assigned(changed, [10])).to.deep.equal([[10, 80], [10]]);
  });

  it('run out with a word about the range', () => {
    const after = withPorts(...Array.from({ length: 12 }, () => 0));
    expect(assigned([{ after }])).to.equal('All ports in the range [10-20) are already in use');
    const all = withPorts(...Array.from({ length: 11 }, () => 0));
    expect((assigned([{ after: all }]) as number[][])[0]?.at(-1)).to.equal(20);
  });

  it('live in the mappings off the host network', () => {
    const after = sampleApp({
      networks: [{ mode: 'container/bridge' }],
      container: {
        docker: { image: 'nginx' },
        portMappings: [{ containerPort: 80 }, { containerPort: 81, servicePort: 5 }],
      },
    });
    expect(assigned([{ after }])).to.deep.equal([[10, 5]]);
  });

  it('leave a definition without zeros as the same object', () => {
    const after = withPorts(10);
    const result = assignServicePorts([{ after }], new Set());
    expect(result.ok && result.value[0] === after).to.equal(true);
  });

  it('are distinct and free for any change', () => {
    const ports = fc.array(fc.constantFrom(0, 0, 0, 11, 14, 99), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(ports, { maxLength: 3 }), fc.array(fc.nat(25)), (lists, used) => {
        const changed = lists.map((list) => ({
          after: withPorts(...list.filter((p, at) => p === 0 || list.indexOf(p) === at)),
        }));
        const result = assignServicePorts(changed, new Set(used), range);
        if (!result.ok) return;
        const drawn = result.value.flatMap((app, at) => {
          const wanted = servicePortsOf(changed[at]?.after ?? app);
          return servicePortsOf(app).filter((_, index) => wanted[index] === 0);
        });
        expect(new Set(drawn).size).to.equal(drawn.length);
        expect(drawn.some((port) => used.includes(port) || port < 10 || port > 20)).to.equal(false);
      }),
    );
  });

  it('stay quick with ten thousand apps', () => {
    const template = sampleApp();
    const apps = Array.from({ length: 10_000 }, (_, at): AppDefinition => ({
      ...template,
      portDefinitions: [{ port: 10_000 + at, protocol: 'tcp', labels: {} }],
    }));
    const used = new Set(apps.flatMap((app) => servicePortsOf(app)));
    const result = assignServicePorts([{ after: template }], used);
    expect(result.ok && result.value.map(servicePortsOf)).to.deep.equal([[20_000]]);
  });
});

describe('host port demand', () => {
  it('is any port for definitions, and their own with requirePorts', () => {
    expect(hostPortDemand(withPorts(80, 81))).to.deep.equal([{ kind: 'any' }, { kind: 'any' }]);
    expect(hostPortDemand(sampleApp({ ports: [80], requirePorts: true }))).to.deep.equal([
      { kind: 'fixed', port: 80 },
    ]);
  });

  it('follows the host port of each mapping', () => {
    const app = sampleApp({
      networks: [{ mode: 'container', name: 'blue' }],
      container: { type: 'MESOS', portMappings: [{}, { hostPort: 0 }, { hostPort: 80 }] },
    });
    expect(hostPortDemand(app)).to.deep.equal([
      { kind: 'none' },
      { kind: 'any' },
      { kind: 'fixed', port: 80 },
    ]);
  });
});
