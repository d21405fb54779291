import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { sleeper, useService } from '../support/index.js';
import { runCli, type Said } from './run-cli.js';

describe('Plans that are kept, and deployments that queue', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  const ekiden = (...args: readonly string[]): Promise<Said> => runCli(service().url, args);
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-apply-'));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (name: string, document: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(document));
    return path;
  };
  const idIn = ({ stdout }: Said): string => /deployment ([0-9a-f-]{36})/.exec(stdout)?.[1] ?? '';

  it('does what was planned, once, and names who has changed something since', async () => {
    const web = await file('web.json', sleeper('/web', 1));
    const plan = join(folder, 'web.plan');
    expect((await ekiden('plan', web, '--out', plan)).code).to.equal(0);
    const applied = await ekiden('apply', plan, '--watch');
    expect(applied.code, applied.stderr).to.equal(0);
    const again = await ekiden('apply', plan);
    expect(again.code).to.equal(1);
    expect(again.stderr).to.include(`'/web' by deployment ${idIn(applied)}`);
    await ekiden('plan', web, '--out', plan);
    const nothing = await ekiden('apply', plan);
    expect([nothing.code, nothing.stdout]).to.deep.equal([
      0,
      'applying the plan of /web: there is nothing to change\n',
    ]);
  });

  it('refuses a file that is no plan', async () => {
    const broken = await file('broken.plan', { ekidenPlan: 1, subject: '/web' });
    const refused = await ekiden('apply', broken);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include('no plan that can be applied');
  });

  it('waits for what is in the way, and begins when that has ended', async () => {
    const big = { ...sleeper('/slow', 1), cpus: 1_000 };
    const first = await ekiden('deploy', await file('big.json', big));
    const small = await file('small.json', sleeper('/slow', 1));
    const queued = await ekiden('deploy', small, '--queue');
    expect(queued.stdout).to.include(`queued at 1 behind ${idIn(first)}`);
    const { api } = service();
    const shown = await api.send('GET', `/v2/deployments/${idIn(queued)}`);
    expect(shown.body).to.deep.include({ state: 'queued' });
    expect(JSON.stringify(shown.body)).to.include(`"deployment":"${idIn(first)}"`);
    const both = await api.send('POST', '/v2/apps//slow/restart?queue=true&force=true');
    expect(both.status).to.equal(422);
    await api.send('DELETE', `/v2/deployments/${idIn(first)}?force=true`);
    const end = await ekiden('deployment', 'watch', idIn(queued));
    expect(end.code, end.stderr).to.equal(0);
  });

  it('plans a kill that scales, and lets it wait for its turn', async () => {
    const { api } = service();
    await api.ask('POST', '/v2/apps', sleeper('/crew', 2));
    const [task] = (await service().settled('/crew', 2)).tasks;
    const id = task?.id ?? '';
    const planned = await ekiden('task', 'kill', '--scale', '--dry-run', id);
    expect([planned.code, planned.stderr]).to.deep.equal([0, 'Nothing was changed.\n']);
    expect(planned.stdout).to.match(/^The plan has 1 step:\n {2}1 {2}scale \/crew/);
    for (const flag of ['--dry-run', '--queue']) {
      const refused = await ekiden('task', 'kill', flag, id);
      expect(refused.code, flag).to.equal(2);
      expect(refused.stderr).to.include('go with --scale');
    }
    expect((await api.app('/crew')).tasks).to.have.length(2);

    const big = await file('crew.json', { ...sleeper('/crew', 2), cpus: 1_000 });
    const first = await ekiden('deploy', big);
    const queued = await ekiden('task', 'kill', '--scale', '--queue', id);
    expect(queued.code, queued.stderr).to.equal(0);
    expect(queued.stdout).to.include(`queued at 1 behind ${idIn(first)}`);
    expect((await ekiden('abort', idIn(queued))).code).to.equal(0);
    expect((await api.app('/crew')).tasks.map((one) => one.id)).to.include(id);
  });
});
