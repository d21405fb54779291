import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sleeper, until, useService, type TestService } from '../support/index.js';
import { runCli, type Said } from './run-cli.js';

const ENV = { EKIDEN_DOCKER_HOSTS: 'none', EKIDEN_ROUTER: 'none' };

const SHOP = {
  id: '/shop',
  apps: [
    sleeper('db', 1),
    sleeper('web', 2, { dependencies: ['db'], portDefinitions: [{ port: 0, name: 'http' }] }),
  ],
  groups: [{ id: 'jobs', dependencies: ['/shop/db'], apps: [sleeper('mail', 1)] }],
};

interface Report {
  readonly counts: Readonly<Record<string, number>>;
  readonly definitions: readonly { readonly id: string; readonly refused: readonly object[] }[];
  readonly plan?: { readonly steps: readonly object[] };
}

/** Everything that is wanted, by id; service ports as they were given out. */
async function definitionsOf(service: TestService): Promise<ReadonlyMap<string, object>> {
  const apps = await service.api.apps();
  return new Map(
    apps.map((app) => {
      const { cmd, instances, dependencies, portDefinitions } = app as typeof app &
        Readonly<Record<string, unknown>>;
      return [app.id, { cmd, instances, dependencies, portDefinitions }];
    }),
  );
}

describe('ekiden import marathon', () => {
  const old = useService({ env: ENV });
  const fresh = useService({ env: ENV });
  let folder = '';

  beforeEach('make a folder', () => {
    folder = mkdtempSync(join(tmpdir(), 'ekiden-import-'));
  });
  afterEach('remove the folder', () => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes over what is asked for alone, and refuses half of something', async () => {
    const file = join(folder, 'apps.json');
    const apps = [
      sleeper('/a/one', 1, {
        env: { PASSWORD: 'hidden' },
        uris: [],
        acceptedResourceRoles: ['slave_public'],
      }),
      sleeper('/a/two', 1, { dependencies: ['/nobody'] }),
      sleeper('/Bad', 1),
    ];
    writeFileSync(file, JSON.stringify({ apps }));
    const ekiden = (...args: readonly string[]): Promise<Said> =>
      runCli(fresh().url, ['import', 'marathon', '--file', folder, ...args]);

    const refused = await ekiden('--apply');
    expect(refused.code).to.equal(1);
    expect(refused.stdout).to.include('refused  /id: error.pattern');
    expect(refused.stderr).to.include('leave it out: --except /Bad');
    expect(await fresh().api.apps()).to.deep.equal([]);

    const json = (await ekiden('--json')).stdout;
    expect(json).not.to.include('hidden');
    const told = JSON.parse(json) as Report;
    expect(told.counts).to.include({ definitions: 3, refused: 1 });
    expect(told.plan?.steps).to.have.length(2);

    const saved = join(folder, 'saved.txt');
    const applied = await ekiden('--except', '/Bad', '--apply', '--watch', '--save', saved);
    expect(applied.stdout).to.include('dependencies: /nobody left out');
    expect(applied.code).to.equal(0);
    expect((await definitionsOf(fresh())).size).to.equal(2);
    expect(JSON.parse(readFileSync(saved, 'utf8')))
      .to.have.property('apps')
      .with.length(2);
    await fresh().api.ask('DELETE', '/v2/groups/a');
    await until(async () => (await fresh().api.deployments()).length === 0, 'no deployment');
  });

  it('takes over a running service, and changes nothing the second time', async () => {
    await old().api.ask('POST', '/v2/groups', SHOP);
    await old().settled('/shop/web', 2);
    await old().settled('/shop/jobs/mail', 1);
    // What the new one has already stays as it is.
    await fresh().api.ask('POST', '/v2/apps', sleeper('/shop/own', 1));
    await fresh().settled('/shop/own', 1);

    const from = ['import', 'marathon', '--from', old().url];
    const ekiden = (...args: readonly string[]): Promise<Said> =>
      runCli(fresh().url, [...from, ...args]);

    const looked = await ekiden('--report', join(folder, 'report.md'));
    expect(looked.code).to.equal(0);
    expect(looked.stdout).to.include('app /shop/web\n  kept     everything');
    expect(looked.stdout).to.include(
      'group /shop/jobs\n  kept     dependencies\n  lost     dependencies: /shop/db',
    );
    expect(looked.stdout).to.include('start /shop/web');
    expect(looked.stdout).not.to.include('stop');
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).to.include('### app `/shop/web`');
    expect(await fresh().api.apps()).to.have.length(1);

    const applied = await ekiden('--apply', '--watch');
    expect(applied.stderr).to.include('succeeded after');
    expect(applied.code).to.equal(0);
    await fresh().settled('/shop/web', 2);
    await fresh().settled('/shop/own', 1);
    const now = new Map(await definitionsOf(fresh()));
    expect(now.delete('/shop/own')).to.equal(true);
    expect(now).to.deep.equal(await definitionsOf(old()));

    const before = await fresh().api.ask('GET', '/v2/groups/shop?embed=group.groups');
    const again = await ekiden('--apply', '--watch');
    expect(again.code).to.equal(0);
    expect(again.stderr).to.include('Everything is there already: nothing was changed.');
    const after = await fresh().api.ask('GET', '/v2/groups/shop?embed=group.groups');
    expect(after.body).to.deep.equal(before.body);
  });

  it('reports without any service', async () => {
    const file = join(folder, 'app.json');
    writeFileSync(file, JSON.stringify(sleeper('/x', 1, { maintainer: 'me' })));
    const said = await runCli('http://127.0.0.1:9999', ['import', 'marathon', '--file', file]);
    expect(said.code).to.equal(0);
    expect(said.stderr).to.include('the report is made without a plan');
    expect(said.stdout).to.include('lost     maintainer: no such field');
    const applied = await runCli('http://127.0.0.1:9999', [
      ...['import', 'marathon', '--file', file, '--apply'],
    ]);
    expect(applied.code).to.equal(1);
    expect(applied.stderr).to.include('nothing answers at http://127.0.0.1:9999');
  });

  it('says so when the old address is none of Marathon', async () => {
    const said = await runCli('http://127.0.0.1:9999', [
      ...['import', 'marathon', '--from', 'http://127.0.0.1:9998'],
    ]);
    expect(said.code).to.equal(1);
    expect(said.stderr).to.include('is the old service running, and is this its address?');
  });
});
