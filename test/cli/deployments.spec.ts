import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sleeper, useService } from '../support/index.js';
import { runCli, type Said } from './run-cli.js';

describe('The ekiden command, of deployments', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  const ekiden = (...args: readonly string[]): Promise<Said> => runCli(service().url, args);
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-deploy-'));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (name: string, document: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(document));
    return path;
  };
  const shop = (cmd: string) => ({
    id: '/shop',
    apps: [
      { ...sleeper('db', 1), cmd },
      { ...sleeper('web', 1), dependencies: ['db'] },
    ],
  });
  const command = async (): Promise<unknown> => {
    const { body } = await service().api.send('GET', '/v2/apps/shop/db');
    return (body as { readonly app: { readonly cmd: unknown } }).app.cmd;
  };
  const idIn = ({ stdout }: Said): string => /deployment ([0-9a-f-]{36})/.exec(stdout)?.[1] ?? '';

  it('deploys a group from a file, plans the next, and undoes it when it has ended', async () => {
    const first = await ekiden('deploy', await file('a.json', shop('exec sleep 1000')), '--watch');
    expect(first.code).to.equal(0);
    // Nobody redraws here: each line is news, in the order of the dependencies.
    const told = first.stderr.split('\n');
    expect(told[0]).to.match(/^deployment [0-9a-f]{8} runs, step \d of 3$/);
    const done = ['  ✔ /shop/db  1/1', '  ✔ /shop/web  1/1'].map((line) => told.indexOf(line));
    expect(done[0]).to.be.greaterThan(0);
    expect(done[1]).to.be.greaterThan(done[0] ?? 0);
    expect(told.at(-2)).to.match(/^done: deployment \S+ succeeded after/);
    // What it waits for may come back; how far it is never does.
    const figures = told.filter((line) => !line.includes(' waits: '));
    expect(figures).to.deep.equal([...new Set(figures)]);
    const next = await file('b.json', shop('exec sleep 1001'));
    expect((await ekiden('plan', next)).stdout).to.match(
      /^The plan has 1 step:\n {2}1 {2}restart \/shop\/db: 1 starts, on [^\s,()]+\n$/,
    );
    const second = await ekiden('deploy', next, '--watch');
    expect(second.code).to.equal(0);
    expect(await command()).to.equal('exec sleep 1001');

    const undone = await ekiden('undo', idIn(second).slice(0, 8), '--watch');
    expect(undone.code).to.equal(0);
    expect(await command()).to.equal('exec sleep 1000');
    const history = (await ekiden('history')).stdout.split('\n');
    expect(history[1]).to.include(idIn(undone)).and.include('succeeded');
    expect(history[2]).to.include(idIn(second)).and.include('undone');
    const shown = (await ekiden('deployment', 'show', idIn(undone))).stdout;
    expect(shown).to.match(new RegExp(`undoes +${idIn(second)}`));
  });

  it('pauses, resumes and aborts one that waits, and says what for', async () => {
    const big = await file('big.json', { ...sleeper('/big', 1), cpus: 1_000 });
    const id = idIn(await ekiden('deploy', big));
    const shown = (await ekiden('deployment', 'show', id)).stdout;
    expect(shown).to.match(/state +running/);
    expect(shown).to.include('/big: 1 instance waits for a place on an agent');

    const paused = await ekiden('pause', id.slice(0, 8));
    expect(paused.stdout)
      .to.match(/state +paused/)
      .and.include('paused by an operator');
    expect((await ekiden('resume', id)).stdout).to.match(/state +running/);
    const aborted = await ekiden('abort', id, '--watch');
    expect(aborted.code).to.equal(0);
    expect((await service().api.send('GET', '/v2/apps/big')).status).to.equal(404);

    const again = await ekiden('pause', id);
    expect([again.code, again.stderr]).to.deep.equal([
      1,
      `error: Deployment ${id} has ended (cancelled): there is nothing to pause. (HTTP 409)\n`,
    ]);
  });
});
