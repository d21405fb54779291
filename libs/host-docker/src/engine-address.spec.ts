import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOptions, showEngineAddress, type EngineAddress } from './engine-address.js';

describe('The address of an engine', () => {
  const shown: readonly (readonly [EngineAddress, string])[] = [
    [{ kind: 'unix', socketPath: '/run/docker.sock' }, 'unix:///run/docker.sock'],
    [{ kind: 'tcp', host: 'node-1', port: 2376 }, 'tcp://node-1:2376'],
    [{ kind: 'tcp', host: 'fd00::1', port: 2375 }, 'tcp://[fd00::1]:2375'],
  ];
  for (const [address, text] of shown) {
    it(`is shown as ${text}`, () => {
      expect(showEngineAddress(address)).to.equal(text);
    });
  }

  it('is shown without where its certificates are', () => {
    const address = { kind: 'tcp', host: 'a', port: 1, certificates: '/secret' } as const;
    expect(showEngineAddress(address)).to.equal('tcp://a:1');
  });

  it('leaves nothing for DOCKER_HOST to decide', () => {
    const before = { ...process.env };
    Object.assign(process.env, { DOCKER_HOST: 'tcp://other:1', DOCKER_TLS_VERIFY: '1' });
    try {
      expect(clientOptions({ kind: 'unix', socketPath: '/s' })).to.deep.equal({
        host: '',
        socketPath: '/s',
        protocol: 'http',
      });
      expect(clientOptions({ kind: 'tcp', host: 'a', port: 1 })).to.deep.equal({
        host: 'a',
        port: 1,
        socketPath: '',
        pathPrefix: '/',
        protocol: 'http',
      });
    } finally {
      for (const name of ['DOCKER_HOST', 'DOCKER_TLS_VERIFY']) {
        const value = before[name];
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });

  it('takes the three files of its certificates along, or says which is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ekiden-address-'));
    const address = { kind: 'tcp', host: 'a', port: 1, certificates: folder } as const;
    try {
      expect(() => clientOptions(address)).to.throw('ca.pem');
      for (const name of ['ca', 'cert', 'key']) await writeFile(join(folder, `${name}.pem`), name);
      const { protocol, ca, cert, key } = clientOptions(address);
      expect([
        protocol,
        ...[ca, cert, key].map((file) => (Buffer.isBuffer(file) ? file.toString() : '')),
      ]).to.deep.equal(['https', 'ca', 'cert', 'key']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
