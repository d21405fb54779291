import { expect } from 'chai';
import { Problem } from '../http/index.js';
import { app, groupUpdate, parseShape } from './index.js';

function many<T>(element: T): readonly T[] {
  return Array.from({ length: 1_001 }, () => element);
}

/** Fields of an app, a value just beyond a bound, the path of the error and its code. */
const BEYOND: readonly (readonly [fields: object, path: string, code: string])[] = [
  [{ backoffFactor: 0.9 }, '/backoffFactor', 'error.min'],
  [{ backoffSeconds: -1 }, '/backoffSeconds', 'error.min'],
  [{ backoffSeconds: 2_147_483_648 }, '/backoffSeconds', 'error.max'],
  [{ cpus: 0.0001 }, '/cpus', 'error.min'],
  [{ cpus: 1e300 }, '/cpus', 'error.max'],
  [{ mem: -1 }, '/mem', 'error.min'],
  [{ mem: 1e300 }, '/mem', 'error.max'],
  [{ disk: -0.1 }, '/disk', 'error.min'],
  [{ disk: 1e10 }, '/disk', 'error.max'],
  [{ gpus: -1 }, '/gpus', 'error.min'],
  [{ gpus: 0.5 }, '/gpus', 'error.expected.int'],
  [{ executorResources: { cpus: 0.05 } }, '/executorResources/cpus', 'error.min'],
  [{ executorResources: { mem: 31 } }, '/executorResources/mem', 'error.min'],
  [{ executorResources: { disk: 9 } }, '/executorResources/disk', 'error.min'],
  [{ resourceLimits: { cpus: true } }, '/resourceLimits/cpus', 'error.expected.jsnumber'],
  [{ resourceLimits: { mem: 1e300 } }, '/resourceLimits/mem', 'error.max'],
  [{ instances: 2_147_483_648 }, '/instances', 'error.max'],
  [{ maxLaunchDelaySeconds: -1 }, '/maxLaunchDelaySeconds', 'error.min'],
  [{ taskKillGracePeriodSeconds: -1 }, '/taskKillGracePeriodSeconds', 'error.min'],
  [{ role: '' }, '/role', 'error.minLength'],
  [{ secrets: { k: { source: '' } } }, '/secrets/k/source', 'error.minLength'],
  [{ fetch: [{ uri: '' }] }, '/fetch(0)/uri', 'error.minLength'],
  [{ fetch: [{ uri: 'x'.repeat(1_025) }] }, '/fetch(0)/uri', 'error.maxLength'],
  [{ fetch: [{ uri: 'x', destPath: '' }] }, '/fetch(0)/destPath', 'error.minLength'],
  [{ portDefinitions: [{ port: 65_536 }] }, '/portDefinitions(0)/port', 'error.max'],
  [{ portDefinitions: [{ name: 'Web' }] }, '/portDefinitions(0)/name', 'error.pattern'],
  [{ networks: [{ name: 'a'.repeat(64) }] }, '/networks(0)/name', 'error.maxLength'],
  [{ networks: [{ mode: 'overlay' }] }, '/networks(0)/mode', 'error.unknown.enum.literal'],
  [{ ipAddress: { networkName: 'A' } }, '/ipAddress/networkName', 'error.pattern'],
  [{ healthChecks: [{ portIndex: -1 }] }, '/healthChecks(0)/portIndex', 'error.min'],
  [{ healthChecks: [{ intervalSeconds: -1 }] }, '/healthChecks(0)/intervalSeconds', 'error.min'],
  [{ healthChecks: many({ protocol: 'TCP' }) }, '/healthChecks', 'error.maxLength'],
  [{ fetch: many({ uri: 'x' }) }, '/fetch', 'error.maxLength'],
  [{ args: many('x') }, '/args', 'error.maxLength'],
  [{ constraints: many(['hostname', 'UNIQUE']) }, '/constraints', 'error.maxLength'],
  [{ dependencies: many('/a') }, '/dependencies', 'error.maxLength'],
  [{ container: { portMappings: many({}) } }, '/container/portMappings', 'error.maxLength'],
  [{ check: { exec: { command: { shell: '' } } } }, '/check/exec/command/shell', 'error.minLength'],
  [{ check: { exec: { command: { argv: [] } } } }, '/check/exec/command/argv', 'error.minLength'],
  [{ readinessChecks: [{ path: '' }] }, '/readinessChecks(0)/path', 'error.minLength'],
  [{ readinessChecks: [{ timeoutSeconds: 0 }] }, '/readinessChecks(0)/timeoutSeconds', 'error.min'],
  [
    { readinessChecks: [{ httpStatusCodesForReady: [] }] },
    '/readinessChecks(0)/httpStatusCodesForReady',
    'error.minLength',
  ],
  [
    { unreachableStrategy: { inactiveAfterSeconds: -1 } },
    '/unreachableStrategy/inactiveAfterSeconds',
    'error.min',
  ],
  [
    { residency: { relaunchEscalationTimeoutSeconds: -1 } },
    '/residency/relaunchEscalationTimeoutSeconds',
    'error.min',
  ],
  [
    { residency: { taskLostBehavior: 'GIVE_UP' } },
    '/residency/taskLostBehavior',
    'error.unknown.enum.literal',
  ],
  [{ container: { docker: { image: '' } } }, '/container/docker/image', 'error.minLength'],
  [
    { container: { docker: { image: 'a', parameters: [{ key: '', value: '' }] } } },
    '/container/docker/parameters(0)/key',
    'error.minLength',
  ],
  [
    { container: { portMappings: [{ hostPort: 65_536 }] } },
    '/container/portMappings(0)/hostPort',
    'error.max',
  ],
  [
    { container: { linuxInfo: { ipcInfo: { mode: 'NONE' } } } },
    '/container/linuxInfo/ipcInfo/mode',
    'error.unknown.enum.literal',
  ],
  [volume({ hostPath: '/h' }), '/container/volumes(0)/mode', "'mode' is undefined on object: "],
  [volume({ mode: 'RW' }), '/container/volumes(0)/hostPath', "'hostPath' is undefined on object: "],
  [
    volume({ mode: 'RW', persistent: { size: 1e12 } }),
    '/container/volumes(0)/persistent/size',
    'error.max',
  ],
  [
    volume({ mode: 'RW', external: { provider: 'nfs' } }),
    '/container/volumes(0)/external/provider',
    'error.unknown.enum.literal',
  ],
  [
    volume({ mode: 'RW', external: { name: 'v' } }),
    '/container/volumes(0)/external/provider',
    "'provider' is undefined on object: ",
  ],
  [
    volume({ mode: 'RW', external: { provider: 'dvdi', options: { 'dvdi/driver': 1 } } }),
    '/container/volumes(0)/external/options/dvdi/driver',
    'error.expected.jsstring',
  ],
  [
    volume({ mode: 'RW', external: { provider: 'csi' } }),
    '/container/volumes(0)/external/options',
    "'options' is undefined on object: ",
  ],
];

function volume(fields: object): object {
  return { container: { volumes: [{ containerPath: 'data', ...fields }] } };
}

/** What is right at the very bound, or in another form. */
const WITHIN: readonly object[] = [
  { backoffFactor: 1, backoffSeconds: 0, cpus: 0.001, mem: 0, disk: 0, gpus: 0, instances: 0 },
  { cpus: 1_000_000_000, instances: 2_147_483_647 },
  { executorResources: { cpus: 0.1, mem: 32, disk: 10 } },
  { resourceLimits: { cpus: 'unlimited', mem: 64 } },
  { unreachableStrategy: 'disabled' },
  { unreachableStrategy: {} },
  { fetch: [{ uri: 'x'.repeat(1_024) }] },
  { ports: [70_000], uris: [''] },
  { readinessChecks: [{ httpStatusCodesForReady: [1] }] },
  { residency: { taskLostBehavior: 'wait_forever' } },
  volume({ secret: 'key' }),
];

function refusal(body: unknown): unknown {
  try {
    parseShape(app, body);
  } catch (error) {
    if (error instanceof Problem) return error.body.details;
    throw error;
  }
  return undefined;
}

describe('the bounds of an app', () => {
  for (const [fields, path, code] of BEYOND) {
    it(`refuse ${JSON.stringify(fields).slice(0, 100)}`, () => {
      const details = refusal({ id: '/a', ...fields }) as { path: string; errors: string[] }[];
      expect(details).to.have.length(1);
      expect(details[0]?.path).to.equal(path);
      expect(details[0]?.errors.join()).to.satisfy((text: string) => text.startsWith(code));
    });
  }

  for (const fields of WITHIN) {
    it(`allow ${JSON.stringify(fields).slice(0, 100)}`, () => {
      expect(refusal({ id: '/a', ...fields })).to.equal(undefined);
    });
  }
});

describe('the bounds of a group', () => {
  it('allow any factor that is not negative', () => {
    expect(parseShape(groupUpdate, { scaleBy: 0 })).to.deep.equal({ scaleBy: 0 });
    expect(() => parseShape(groupUpdate, { scaleBy: -1 })).to.throw();
  });
});
