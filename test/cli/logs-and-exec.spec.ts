import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { sleeper, until, useService } from '../support/index.js';
import { CliProcess, runCli, type Said } from './run-cli.js';

const says = (name: string): string =>
  `for i in 1 2 3; do echo "${name} $i"; sleep 0.3; done; echo "${name} warns" >&2; exec sleep 1000`;

describe('ekiden logs and ekiden exec', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  const ekiden = (...args: readonly string[]): Promise<Said> => runCli(service().url, args);

  before(async () => {
    const { api } = service();
    const apps = ['web', 'db'].map((name) => sleeper(`/shop/${name}`, 1, { cmd: says(name) }));
    await api.ask('POST', '/v2/groups', { id: '/shop', apps });
    await until(async () => {
      const { stdout } = await ekiden('logs', '/shop');
      return stdout.includes('web warns') && stdout.includes('db warns');
    }, 'all lines');
  });

  it('show what a whole group writes, each line with its task', async () => {
    const { stdout, code } = await ekiden('logs', '/shop');
    expect(code).to.equal(0);
    expect(stdout).to.match(/^\/shop\/web [0-9a-f]{8} \| web 1$/m);
    expect(stdout).to.match(/^\/shop\/db [0-9a-f]{8} ! db warns$/m);
    expect(stdout.trimEnd().split('\n')).to.have.length(8);
    const one = await ekiden('logs', '/shop/web', '--stream', 'stdout', '--tail', '1');
    expect(one.stdout).to.match(/^\/shop\/web \S+ \| web 3\n$/);
    expect((await ekiden('logs', '/shop', '--since', '2100-01-01T00:00:00Z')).stdout).to.equal('');
  });

  it('are in the order of time, and JSON for programs', async () => {
    const { stdout } = await ekiden('logs', '/shop', '--json');
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);
    const times = lines.map((line) => line['time'] ?? '');
    expect(times).to.deep.equal([...times].sort());
    expect(lines[0]).to.have.all.keys('time', 'app', 'task', 'stream', 'line');
  });

  it('follow tasks that come and go', async () => {
    const following = new CliProcess(service().url, ['logs', '/shop', '--follow', '--tail', '1']);
    await following.says('web 3');
    const late = sleeper('/shop/late', 1, { cmd: says('late') });
    await service().api.ask('POST', '/v2/apps', late);
    await following.says('late 1');
    await following.says('late warns');
    await service().api.ask('DELETE', '/v2/apps/shop/late');
    following.signal('SIGINT');
    expect((await following.ended).code).to.equal(0);
    expect(following.stdout).to.not.contain('| web 1');
  });

  it('read the containers of a pod, and run commands beside them', async () => {
    const containers = ['server', 'beside'].map((name) => ({
      name,
      exec: { command: { shell: says(name) } },
      resources: { cpus: 0.05, mem: 16 },
    }));
    const pod = { id: '/mall/cart', containers, scaling: { kind: 'fixed', instances: 1 } };
    await service().api.ask('POST', '/v2/pods', pod);
    const lines = /^\/mall\/cart [0-9a-f]{8} (server|beside) [|!] \1 (?:[123]|warns)$/gm;
    for (const id of ['/mall/cart', '/mall']) {
      await until(async () => {
        const { stdout } = await ekiden('logs', id);
        return [...stdout.matchAll(lines)].length === 8;
      }, `all lines of ${id}`);
    }
    const one = await ekiden('task', 'logs', '/mall/cart::beside', '--tail', '1');
    expect(one.stdout).to.equal('beside 3\n');
    const named = ['sh', '-c', 'echo $MARATHON_CONTAINER_ID'];
    expect((await ekiden('exec', '/mall/cart', '--', ...named)).stdout).to.equal('server\n');
    const other = await ekiden('exec', '/mall/cart::beside', '--', ...named);
    expect(other.stdout).to.equal('beside\n');
    const wrong = await ekiden('exec', '/mall/cart::none', '--', 'true');
    expect(wrong.stderr).to.contain('no container none, but server, beside');
    const before = (await ekiden('task', 'logs', '/mall/cart', '--tail', '1')).stdout;
    expect(before).to.equal('server 3\n');
    const restarted = await ekiden('pod', 'restart', '/mall/cart', '--watch');
    expect(restarted.code).to.equal(0);
    await service().api.ask('DELETE', '/v2/pods/mall/cart');
  });

  it('say what is wrong', async () => {
    expect((await ekiden('logs', '/shop', '--stream', 'both')).code).to.equal(2);
    expect((await ekiden('logs', '/nothing')).stderr).to.contain('nothing runs at /nothing');
    expect((await ekiden('logs', '/shop', '--since', 'yesterday')).code).to.equal(1);
    expect((await ekiden('exec', '/shop/web')).code).to.equal(2);
  });

  it('run a command beside a task for a script that has no terminal', async () => {
    const args = ['exec', '/shop/web', '--', 'sh', '-c', 'cat; exit 7'];
    const nothing = await new CliProcess(service().url, args, { file: '/dev/null' }).ended;
    expect(nothing).to.deep.equal({ code: 7, stdout: '', stderr: '' });
    const hello = 'examples/hello.json';
    const { code, stdout } = await new CliProcess(service().url, args, { file: hello }).ended;
    expect([code, stdout]).to.deep.equal([7, readFileSync(hello, 'utf8')]);
  });

  it('run a command beside a task and hand its exit code through', async () => {
    const ran = new CliProcess(
      service().url,
      ['exec', '/shop/web', '--', 'sh', '-c', 'read x; echo "got $x"; echo no >&2; exit 7'],
      'this\n',
    );
    const { code, stdout, stderr } = await ran.ended;
    expect([code, stdout, stderr]).to.deep.equal([7, 'got this\n', 'no\n']);
    const terminal = await ekiden('exec', '--tty', '/shop/web', '--', 'tty');
    expect(terminal.stdout).to.match(/^\/dev\/pts\/\d+\r\n$/);
    const refused = await ekiden(
      'exec',
      'x.instance-00000000-7c1e-11eb-9439-0242ac130002._app.1',
      '--',
      'true',
    );
    expect(refused.stderr).to.contain('does not exist');
    expect(refused.code).to.equal(1);
  });
});
