import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli } from './run-cli.js';

/** Nobody listens there, and nobody is asked. */
const NOWHERE = 'http://127.0.0.1:9';

describe('The ekiden command without a server', () => {
  let folder = '';
  const file = async (name: string, document: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(document));
    return path;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-plan-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('plans from one file to another, in words and as JSON', async () => {
    const web = { id: 'web', cmd: 'sleep 1', dependencies: ['db'] };
    const from = await file('from.json', {
      id: '/shop',
      apps: [{ id: 'db', cmd: 'sleep 1' }, web],
    });
    const to = await file('to.json', { apps: [{ id: 'db', cmd: 'sleep 2' }, web] });
    const said = await runCli(NOWHERE, ['plan', '--from', from, '--to', to]);
    expect(said).to.deep.equal({
      code: 0,
      stdout: 'The plan has 1 step:\n  1  restart /shop/db\n',
      stderr: '',
    });
    const { stdout } = await runCli(NOWHERE, ['plan', '--from', from, '--to', to, '--json']);
    expect(JSON.parse(stdout)).to.deep.equal({
      steps: [{ actions: [{ action: 'RestartApplication', app: '/shop/db' }] }],
      levels: [
        { level: 1, ids: ['/shop/db'] },
        { level: 2, ids: ['/shop/web'] },
      ],
      warnings: [],
    });
  });

  it('has nothing to say against the examples, and tells what it has against others', async () => {
    const none = await file('none.json', { id: '/shop' });
    const examples = ['examples/shop/group.json', 'examples/shop/blue-green.json'];
    const said = examples.map((to) => runCli(NOWHERE, ['plan', '--from', none, '--to', to]));
    for (const { code, stderr } of await Promise.all(said)) {
      expect([code, stderr]).to.deep.equal([0, '']);
    }
    const to = await file('sleeps.json', {
      apps: [
        { id: 'db', cmd: 'sleep 1', instances: 0 },
        { id: 'web', cmd: 'sleep 1', dependencies: ['db'] },
      ],
    });
    const { stderr } = await runCli(NOWHERE, ['plan', '--from', none, '--to', to, '--placements']);
    expect(stderr).to.equal(
      'Where instances would go is known to a server alone: here are no agents.\n' +
        "warning: '/shop/web' depends on '/shop/db', which is suspended (no instances wanted), and " +
        "waits for it for 60 s (scale '/shop/db' up first, or take it out of the dependencies)\n",
    );
  });

  it('names the file that is refused, and every rule it breaks', async () => {
    const empty = await file('empty.json', {});
    const broken = await file('broken.json', {
      apps: [
        { id: 'a', cmd: 'sleep 1', instances: -1 },
        { id: 'b', cmd: 'sleep 1', cpus: -1 },
      ],
    });
    const { code, stderr } = await runCli(NOWHERE, ['plan', '--from', empty, '--to', broken]);
    expect(code).to.equal(1);
    expect(stderr).to.include(`${broken} is refused`);
    expect(stderr).to.match(/\/apps\(0\)\/instances: .*\n.*\/apps\(1\)\/cpus: /);
  });

  it('says how a plan is asked for', async () => {
    const empty = await file('empty.json', {});
    const half = await runCli(NOWHERE, ['plan', '--from', empty]);
    expect([half.code, half.stderr]).to.deep.equal([
      2,
      'error: --from FILE and --to FILE go together, and with no other definition, nor --out\n',
    ]);
    const shop = await file('shop.json', { id: '/shop' });
    const bank = await file('bank.json', { id: '/bank' });
    const other = await runCli(NOWHERE, ['plan', '--from', shop, '--to', bank]);
    expect(other.code).to.equal(2);
    expect(other.stderr).to.include('describes /shop and').and.include('describes /bank');
  });
});
