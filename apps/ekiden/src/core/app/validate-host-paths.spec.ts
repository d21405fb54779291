import { expect } from 'chai';
import { sampleApp } from './sample-app.js';
import { validateHostPaths } from './validate-host-paths.js';

function refused(hostPath: string, hostPaths: readonly string[] | undefined): readonly string[] {
  const volumes = [{ containerPath: '/data', hostPath, mode: 'RW' }] as const;
  const app = sampleApp({ container: { type: 'DOCKER', docker: { image: 'x' }, volumes } });
  const settings = hostPaths === undefined ? {} : { hostPaths };
  return validateHostPaths(app, settings).map(({ path }) => path);
}

describe('paths of hosts', () => {
  const AT = '/container/volumes(0)/hostPath';

  it('are any, unless an operator has said which', () => {
    expect(refused('/etc', undefined)).to.deep.equal([]);
    expect(refused('/etc', [])).to.deep.equal([AT]);
  });

  it('are those named, and all below, by whole names', () => {
    expect(refused('/srv/web', ['/srv'])).to.deep.equal([]);
    expect(refused('/srv', ['/srv/'])).to.deep.equal([]);
    expect(refused('/srv2', ['/srv'])).to.deep.equal([AT]);
    expect(refused('/srv/../etc', ['/srv'])).to.deep.equal([AT]);
  });

  it('may always lie in the sandbox', () => {
    expect(refused('scratch', [])).to.deep.equal([]);
  });

  it('count in flags of docker run, too', () => {
    const parameters = [
      { key: 'volume', value: '/etc:/x:ro' },
      { key: 'mount', value: 'type=bind,source=/root,target=/y' },
      { key: 'hostname', value: '/etc' },
      { key: 'volume', value: 'named:/z' },
    ];
    const app = sampleApp({ container: { type: 'DOCKER', docker: { image: 'x', parameters } } });
    expect(validateHostPaths(app, { hostPaths: ['/srv'] }).map(({ path }) => path)).to.deep.equal([
      '/container/docker/parameters(0)/value',
      '/container/docker/parameters(1)/value',
    ]);
  });
});
