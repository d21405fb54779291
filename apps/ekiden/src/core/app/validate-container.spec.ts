import { expect } from 'chai';
import { sampleContext, violationsOf, type RuleCase } from './sample-app.js';

const image = 'nginx:1.25';
const plain = { settings: { ...sampleContext().settings, features: new Set<never>() } };

const work: readonly RuleCase[] = [
  ['refuses a command of one letter', { cmd: 'x' }, '/', 'must not be an empty string'],
  [
    'refuses cmd and args together',
    { args: ['a'] },
    '/',
    "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
  ],
  [
    'refuses an app without any work',
    { cmd: null },
    '/',
    "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
  ],
  [
    'refuses an empty Mesos container without a command',
    { cmd: null, container: { type: 'MESOS' } },
    '/',
    "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
  ],
  ['wants docker for the type DOCKER', { container: {} }, '/container/docker', 'not defined'],
  [
    'wants an image',
    { container: { docker: { image: '' } } },
    '/container/docker/image',
    'must not be empty',
  ],
  [
    'refuses a pull config under Docker',
    { container: { docker: { image, pullConfig: { secret: 'x' } } } },
    '/container/docker/pullConfig',
    'pullConfig is not supported with Docker containerizer',
  ],
  [
    'refuses a pull config that names no secret',
    { container: { type: 'MESOS', docker: { image, pullConfig: { secret: 'toString' } } } },
    '/container/docker/pullConfig',
    'pullConfig.secret must refer to an existing secret',
  ],
  [
    'refuses GPUs under Docker',
    { gpus: 1, container: { docker: { image } } },
    '/',
    'GPU resources only work with the Mesos containerizer',
  ],
  [
    'refuses GPUs where they are not enabled',
    { gpus: 1 },
    '/',
    'Feature gpu_resources is not enabled. Enable with --enable_features gpu_resources)',
    plain,
  ],
  [
    'refuses linuxInfo under Docker',
    { container: { docker: { image }, linuxInfo: {} } },
    '/container/linuxInfo',
    'must be empty',
  ],
  [
    'refuses an unconfined seccomp profile',
    {
      container: { type: 'MESOS', linuxInfo: { seccomp: { profileName: 'p', unconfined: true } } },
    },
    '/container/linuxInfo/seccomp',
    'Seccomp unconfined can NOT be true when Profile is defined',
  ],
  [
    'refuses seccomp with neither',
    { container: { type: 'MESOS', linuxInfo: { seccomp: {} } } },
    '/container/linuxInfo/seccomp',
    'Seccomp unconfined must be true when Profile is NOT defined',
  ],
  [
    'refuses a size of shared memory that is the parent’s',
    {
      container: { type: 'MESOS', linuxInfo: { ipcInfo: { mode: 'SHARE_PARENT', shmSize: 1 } } },
    },
    '/container/linuxInfo/ipcInfo',
    'ipcInfo shmSize can NOT be set when mode is SHARE_PARENT',
  ],
  ['refuses broken URIs', { fetch: [{ uri: 'a b' }] }, '/fetch(0)/uri', 'URI has invalid syntax.'],
  [
    'refuses malformed executors',
    { executor: '//other' },
    '/executor',
    "must fully match regular expression '^(//cmd)|(/?[^/]+(/[^/]+)*)|$'",
  ],
];

const secrets: readonly RuleCase[] = [
  [
    'refuses secrets where they are not enabled',
    { secrets: { a: { source: '/a' } } },
    '/secrets',
    'Feature secrets is not enabled. Enable with --enable_features secrets)',
    plain,
  ],
  [
    'refuses references to secrets where they are not enabled',
    { env: { A: { secret: 'a' } } },
    '/env',
    'use of secret-references in the environment requires the secrets feature to be enabled',
    plain,
  ],
  [
    'refuses references to unknown secrets',
    { env: { A: { secret: 'constructor' } } },
    '/env/A/secret',
    'references an undefined secret',
  ],
  [
    'refuses secrets without a source',
    { secrets: { a: { source: '' } } },
    '/secrets/a/source',
    'must not be empty',
  ],
  ['refuses nameless variables', { env: { A: '', '': '' } }, '/env/keys(1)', 'must not be empty'],
];

describe('the rules of what an app runs', () => {
  for (const [name, wire, path, message, overrides] of [...work, ...secrets]) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }
});
