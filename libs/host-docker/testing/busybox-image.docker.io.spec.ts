import { expect } from 'chai';
import { Readable } from 'node:stream';
import { busyboxImage, TestEngine } from './index.js';
import { packRoot } from './root-file-system.js';

describe('The busybox image', () => {
  let engine: TestEngine;

  before(async () => {
    engine = await TestEngine.make();
  });

  after(() => engine.dispose());

  async function run(...command: readonly string[]): Promise<string> {
    const { docker } = engine;
    const image = await busyboxImage(docker);
    const container = await docker.createContainer({ Image: image, Cmd: [...command], Tty: true });
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString('utf8').trim();
  }

  async function importEmpty(repo: string, changes: readonly string[]): Promise<string> {
    const { docker } = engine;
    const archive = packRoot([{ kind: 'folder', path: 'bin' }]);
    const options = { repo, tag: '1', changes };
    const answer = await docker.importImage(Readable.from([archive]), options);
    await new Promise((resolve) => {
      docker.modem.followProgress(answer, resolve);
    });
    return (await docker.getImage(`${repo}:1`).inspect()).Id;
  }

  it('is made once', async () => {
    const name = await busyboxImage(engine.docker);
    expect(name).to.equal('busybox:stable');
    const first = await engine.docker.getImage(name).inspect();
    await busyboxImage(engine.docker);
    expect((await engine.docker.getImage(name).inspect()).Id).to.equal(first.Id);
    expect(first.Config.Cmd).to.equal(null);
  });

  it('has applets on the path, a user named root, and a folder for everybody', async () => {
    const script = 'id -un; which httpd wget nc; stat -c %a /tmp; /usr/bin/env true && echo ok';
    const lines = (await run('sh', '-c', script)).split(/\s+/);
    const programs = ['/bin/httpd', '/bin/wget', '/bin/nc'];
    expect(lines).to.deep.equal(['root', ...programs, '1777', 'ok']);
  });

  it('replaces an older one of its own and leaves no nameless image behind', async () => {
    const { docker } = engine;
    const older = await importEmpty('older', ['LABEL ekiden.test.busybox=older']);
    await busyboxImage(docker, 'older:1');
    expect((await docker.getImage('older:1').inspect()).Id).to.not.equal(older);
    expect(await docker.listImages({ filters: { dangling: ['true'] } })).to.deep.equal([]);
  });

  it('leaves an image of the same name alone that somebody else has made', async () => {
    const { docker } = engine;
    const theirs = await importEmpty('real', []);
    expect(await busyboxImage(docker, 'real:1')).to.equal('real:1');
    expect((await docker.getImage('real:1').inspect()).Id).to.equal(theirs);
  });

  it('leaves nameless images alone that were built on it', async () => {
    const { docker } = engine;
    const base = await docker.createContainer({ Image: await busyboxImage(docker), Cmd: ['true'] });
    const { Id } = (await base.commit({})) as { readonly Id: string };
    await base.remove();
    await importEmpty('older', ['LABEL ekiden.test.busybox=older']);
    await busyboxImage(docker, 'older:1');
    expect((await docker.getImage(Id).inspect()).Id).to.equal(Id);
    await docker.getImage(Id).remove();
  });

  it('says what to install where busybox is missing or needs libraries', async () => {
    for (const [binary, trouble] of [
      ['/nowhere/busybox', 'is missing'],
      [process.execPath, 'is linked dynamically'],
    ] as const) {
      const message = await busyboxImage(engine.docker, 'never:made', binary).then(
        () => 'no error',
        (error: unknown) => (error instanceof Error ? error.message : 'no Error'),
      );
      expect(message).to.contain(`${binary} ${trouble}`);
      expect(message).to.contain('install busybox-static');
    }
  });
});
