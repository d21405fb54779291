import { expect } from 'chai';
import { failureOfCreate, failureOfStart, isImageMissing } from './launch-failures.js';
import { containerSpec } from '../testing/index.js';

const spec = containerSpec('t', {
  ports: [31_000, 31_001, 80],
  command: { kind: 'argv', value: ['serve', '--fast'] },
});

function started(message: string, status = 500): ReturnType<typeof failureOfStart> {
  return failureOfStart({ kind: 'refused', status, message }, spec);
}

const NETWORKING =
  'driver failed programming external connectivity on endpoint ekiden-t (4fbd0e7d5c)';
const PORT_MESSAGES: readonly (readonly [string, string])[] = [
  [
    '20.10, another container',
    `${NETWORKING}: Bind for 0.0.0.0:31001 failed: port is already allocated`,
  ],
  [
    '20.10, a process',
    `${NETWORKING}: Error starting userland proxy: listen tcp4 0.0.0.0:31001: bind: address already in use`,
  ],
  [
    '23, over IPv6',
    `${NETWORKING}: Error starting userland proxy: listen tcp6 [::]:31001: bind: address already in use`,
  ],
  ['24, over IPv6', `${NETWORKING}: Bind for :::31001 failed: port is already allocated`],
  [
    '26, with the container behind it',
    `${NETWORKING}: failed to bind port 0.0.0.0:31001/tcp: Error starting userland proxy: listen tcp4 0.0.0.0:31001: bind: address already in use`,
  ],
  [
    '28, with the container behind it',
    `failed to set up container networking: ${NETWORKING}: failed to bind host port for 0.0.0.0:31001:172.17.0.2:80/tcp: address already in use`,
  ],
  [
    '28, shorter',
    `failed to set up container networking: ${NETWORKING}: failed to bind host port 0.0.0.0:31001/tcp: address already in use`,
  ],
  [
    '28, over IPv6',
    `failed to set up container networking: ${NETWORKING}: failed to bind host port for [::]:31001:[fd00::2]:80/tcp: address already in use`,
  ],
  [
    '28, another container',
    `failed to set up container networking: ${NETWORKING}: Bind for 10.77.0.2:31001 failed: port is already allocated`,
  ],
];

describe('A container that did not start', () => {
  for (const [engine, message] of PORT_MESSAGES) {
    it(`names the host port that is taken (engine ${engine})`, () => {
      expect(started(message)).to.deep.equal({
        kind: 'portTaken',
        ports: [31_001],
        message: `Host port is taken: 31001 (${message})`,
      });
    });
  }

  it('suspects all of its ports when the engine does not say which', () => {
    const failure = started('port is already allocated');
    expect(failure).to.include({ kind: 'portTaken' });
    expect(failure.message).to.contain('Host ports are taken: 31000, 31001, 80');
  });

  it('says so when nothing is known of the task any more', () => {
    const message = 'Bind for 0.0.0.0:31001 failed: port is already allocated';
    const failure = failureOfStart({ kind: 'refused', status: 500, message }, undefined);
    expect(failure).to.deep.include({ kind: 'portTaken', ports: [31_001] });
  });

  const programs: readonly (readonly [string, string, string])[] = [
    [
      '20.10',
      'nope',
      'OCI runtime create failed: container_linux.go:367: starting container process caused: exec: "nope": executable file not found in $PATH: unknown',
    ],
    [
      '24',
      'nope',
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown',
    ],
    [
      '28',
      'nope',
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "nope": executable file not found in $PATH: unknown',
    ],
    [
      '24, a path',
      '/bin/nope',
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/bin/nope": stat /bin/nope: no such file or directory: unknown',
    ],
    [
      '24, no permission',
      '/etc/passwd',
      'OCI runtime create failed: runc create failed: unable to start container process: exec: "/etc/passwd": permission denied: unknown',
    ],
    [
      'with crun',
      'nope',
      'failed to create shim task: OCI runtime create failed: crun: executable file `nope` not found in $PATH: No such file or directory: unknown',
    ],
    [
      '28, another architecture',
      'serve',
      'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec /serve: exec format error: unknown',
    ],
  ];
  for (const [engine, command, message] of programs) {
    it(`names the command that cannot be run (engine ${engine})`, () => {
      expect(started(message, 400)).to.deep.equal({
        kind: 'commandNotFound',
        command,
        message: `Command "${command}" cannot be run in the image: ${message}`,
      });
    });
  }

  const others = [
    'network apps not found',
    'could not find an available, non-overlapping IPv4 address pool',
    'OCI runtime create failed: container_linux.go:367: starting container process caused: chdir to cwd ("/nope") set in config.json failed: no such file or directory: unknown',
    "error while creating mount source path '/proc/x': mkdir /proc/x: no such file or directory",
    'failed to set up container networking: network apps not found',
  ];
  for (const message of others) {
    it(`passes on the engine's words: ${message.slice(0, 60)}`, () => {
      const text = `Docker cannot start the container: ${message}`;
      expect(started(message)).to.deep.equal({ kind: 'engineRefused', message: text });
    });
  }
});

describe('A full disk of an engine', () => {
  const NO_ROOM = 'mkdir /var/lib/docker/overlay2/0a-init: no space left on device';

  it('is named where a container is made, and where it is started', () => {
    const words = `the disk of the Docker engine is full (${NO_ROOM})`;
    expect(failureOfCreate({ kind: 'refused', status: 500, message: NO_ROOM })).to.deep.equal({
      kind: 'resources',
      message: `Docker refuses the container: ${words}`,
    });
    expect(started(NO_ROOM)).to.deep.equal({
      kind: 'resources',
      message: `Docker cannot start the container: ${words}`,
    });
  });

  it('may be a quota that is used up', () => {
    expect(started('write /x: disk quota exceeded')).to.include({ kind: 'resources' });
  });
});

describe('A container that cannot be made', () => {
  it('is invalid where its configuration is to blame', () => {
    const message = 'invalid mount config for type "bind"';
    expect(failureOfCreate({ kind: 'refused', status: 400, message })).to.deep.equal({
      kind: 'invalid',
      message: `Docker refuses the container: ${message}`,
    });
  });

  it('is refused for all other reasons', () => {
    for (const status of [404, 409, 500, 503]) {
      const failure = failureOfCreate({ kind: 'refused', status, message: 'network x not found' });
      expect(failure.kind).to.equal('engineRefused');
    }
  });

  const missing: readonly (readonly [number, string, boolean])[] = [
    [404, 'No such image: nginx:1.25', true],
    [404, 'No such image: busybox@sha256:0f35', true],
    [404, 'network apps not found', false],
    [404, 'failed to set up container networking: network my-image-net not found', false],
    [409, 'Conflict. The container name "/ekiden-t" is already in use by container "0a"', false],
    [500, 'No such image: nginx:1.25', false],
  ];
  for (const [status, message, expected] of missing) {
    it(`${expected ? 'lacks' : 'does not lack'} its image: ${status} ${message}`, () => {
      expect(isImageMissing({ kind: 'refused', status, message })).to.equal(expected);
    });
  }
});
