import { expect } from 'chai';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loginInSandbox, registryLogin, registryOf } from './registry-login.js';

const HUB = 'https://index.docker.io/v1/';

function auth(user: string, password: string): { readonly auth: string } {
  return { auth: Buffer.from(`${user}:${password}`).toString('base64') };
}

describe('The registry of an image', () => {
  const images: readonly (readonly [string, string])[] = [
    ['nginx', HUB],
    ['nginx:1.25', HUB],
    ['library/nginx', HUB],
    ['docker.io/library/nginx', HUB],
    ['index.docker.io/me/app', HUB],
    ['registry-1.docker.io/me/app', HUB],
    ['localhost/app', 'localhost'],
    ['localhost:5000/app', 'localhost:5000'],
    ['r.example.org/team/app@sha256:0f', 'r.example.org'],
    ['node:5000/app', 'node:5000'],
    ['team/app', HUB],
  ];
  for (const [image, registry] of images) {
    it(`of ${image} is ${registry}`, () => {
      expect(registryOf(image)).to.equal(registry);
    });
  }
});

describe('The login at a registry', () => {
  let folder: string;
  const path = process.env['PATH'];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-login-'));
  });

  afterEach(async () => {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  });

  async function config(content: unknown): Promise<void> {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(folder, 'config.json'), text);
  }

  /** A credential helper on the path; what it was asked lands beside it. */
  async function helper(name: string, script: string): Promise<string> {
    const file = join(folder, `docker-credential-${name}`);
    const asked = join(folder, 'asked');
    await writeFile(file, `#!/bin/sh\necho "$1" > ${asked}; cat >> ${asked}\n${script}\n`);
    await chmod(file, 0o755);
    process.env['PATH'] = `${folder}:${path ?? ''}`;
    return asked;
  }

  it('is read from what docker login has written', async () => {
    await config({ auths: { 'r.example.org': auth('me', 'a:b c') } });
    expect(await registryLogin('r.example.org/app', folder)).to.deep.equal({
      username: 'me',
      password: 'a:b c',
      serveraddress: 'r.example.org',
    });
    expect(await registryLogin('other.example.org/app', folder)).to.equal(undefined);
    expect(await registryLogin('nginx', folder)).to.equal(undefined);
  });

  it('may be a token', async () => {
    await config({ auths: { 'r.example.org': { auth: '', identitytoken: 'abc' } } });
    const token = { identitytoken: 'abc', serveraddress: 'r.example.org' };
    expect(await registryLogin('r.example.org/app', folder)).to.deep.equal(token);
  });

  for (const written of ['r.io:5000', 'https://r.io:5000', 'http://r.io:5000/v2/', 'r.io:5000/']) {
    it(`is found where the registry is written as ${written}`, async () => {
      await config({ auths: { 'r.io': auth('other', 'x'), [written]: auth('me', 'x') } });
      expect(await registryLogin('r.io:5000/app', folder)).to.include({ username: 'me' });
    });
  }

  for (const written of [HUB, 'index.docker.io', 'docker.io', 'https://docker.io/']) {
    it(`is found for Docker Hub where that is written as ${written}`, async () => {
      await config({ auths: { [written]: auth('me', 'x') } });
      const found = await registryLogin('docker.io/me/app', folder);
      expect(found).to.include({ username: 'me', serveraddress: HUB });
    });
  }

  it('is asked of the helper for the registry, by the protocol of such helpers', async () => {
    const asked = await helper('vault', 'echo \'{"Username":"me","Secret":"s3cret"}\'');
    await config({ credHelpers: { 'r.io': 'vault' }, credsStore: 'absent' });
    expect(await registryLogin('r.io/app', folder)).to.deep.equal({
      username: 'me',
      password: 's3cret',
      serveraddress: 'r.io',
    });
    expect(await readFile(asked, 'utf8')).to.equal('get\nr.io');
  });

  it('is asked of the store for all registries, with the full name of Docker Hub', async () => {
    const asked = await helper('store', 'echo \'{"Username":"<token>","Secret":"abc"}\'');
    await config({ credsStore: 'store', auths: { [HUB]: {} } });
    expect(await registryLogin('nginx', folder)).to.deep.equal({
      identitytoken: 'abc',
      serveraddress: HUB,
    });
    expect(await readFile(asked, 'utf8')).to.equal(`get\n${HUB}`);
  });

  const failing: readonly (readonly [string, string])[] = [
    ['knows nothing', 'echo "credentials not found in native keychain"; exit 1'],
    ['answers nonsense', 'echo "password=hunter2"'],
    ['answers something else', 'echo null'],
    ['answers with numbers', 'echo \'{"Username":1,"Secret":2}\''],
  ];
  for (const [name, script] of failing) {
    it(`falls back to what is written when the helper ${name}`, async () => {
      await helper('store', script);
      await config({ credsStore: 'store', auths: { 'r.io': auth('me', 'x') } });
      expect(await registryLogin('r.io/app', folder)).to.include({ username: 'me' });
    });
  }

  it('falls back when there is no such helper, or its name is a path', async () => {
    const auths = { 'r.io': auth('me', 'x') };
    for (const credsStore of ['not-installed', '../../bin/sh', '', 'a b', 5, null]) {
      await config({ credsStore, auths });
      expect(await registryLogin('r.io/app', folder), String(credsStore)).to.include({
        username: 'me',
      });
    }
  });

  const broken: readonly unknown[] = [
    '',
    '{"auths":',
    '[]',
    'null',
    '"text"',
    { auths: null },
    { auths: 'text' },
    { auths: { 'r.io': null } },
    { auths: { 'r.io': 'text' } },
    { auths: { 'r.io': { auth: 5 } } },
    { auths: { 'r.io': { auth: null, identitytoken: 7 } } },
    { auths: { 'r.io': { auth: 'bm9jb2xvbg==' } } },
    { auths: { 'r.io': { auth: Buffer.from(':only').toString('base64') } } },
    { credHelpers: null, auths: {} },
    { credHelpers: { 'r.io': { a: 1 } } },
  ];
  for (const content of broken) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    it(`is none, and no error, where the file says ${text}`, async () => {
      await config(content);
      expect(await registryLogin('r.io/app', folder)).to.equal(undefined);
      await mkdir(join(folder, '.docker'));
      await writeFile(join(folder, '.docker', 'config.json'), text);
      await writeFile(join(folder, '.dockercfg'), text);
      expect(await loginInSandbox('r.io/app', folder)).to.equal(undefined);
    });
  }

  it('is none where there is no file', async () => {
    expect(await registryLogin('r.io/app', join(folder, 'nowhere'))).to.equal(undefined);
    expect(await loginInSandbox('r.io/app', folder)).to.equal(undefined);
  });

  it('may come with the task, in the form of today or the older one', async () => {
    await writeFile(join(folder, '.dockercfg'), JSON.stringify({ 'r.io': auth('old', 'x') }));
    expect(await loginInSandbox('r.io/app', folder)).to.include({ username: 'old' });
    await mkdir(join(folder, '.docker'));
    const auths = { 'r.io': auth('new', 'x') };
    await writeFile(join(folder, '.docker', 'config.json'), JSON.stringify({ auths }));
    expect(await loginInSandbox('r.io/app', folder)).to.include({ username: 'new' });
  });

  it('that comes with the task runs no helper of this machine', async () => {
    const asked = await helper('store', 'echo \'{"Username":"me","Secret":"s"}\'');
    await mkdir(join(folder, '.docker'));
    const content = JSON.stringify({ credsStore: 'store' });
    await writeFile(join(folder, '.docker', 'config.json'), content);
    expect(await loginInSandbox('r.io/app', folder)).to.equal(undefined);
    expect(await readFile(asked, 'utf8').catch(() => 'not asked')).to.equal('not asked');
  });
});
