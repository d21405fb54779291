import { expect } from 'chai';
import type { Plan } from '../../apps/cli/src/client/index.js';
import { sleeper, until, useService } from '../support/index.js';
import { CliProcess, runCli, type Said } from './run-cli.js';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

describe('The ekiden command', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  const ekiden = (...args: readonly string[]): Promise<Said> => runCli(service().url, args);
  const body = (app: object): readonly string[] => ['--json-body', JSON.stringify(app)];
  const nothingLeft = (): Promise<unknown> =>
    until(async () => {
      const { api } = service();
      return (await api.apps()).length + (await api.deployments()).length === 0;
    }, 'no app and no deployment');

  it('adds, follows, shows and scales an app', async () => {
    const added = await ekiden('app', 'add', ...body(sleeper('/life', 2)), '--watch');
    expect(added.stderr).to.match(/done: deployment \S+ succeeded after/);
    expect(added.code).to.equal(0);
    expect(added.stdout).to.match(/^adding \/life: deployment /);

    const listed = await ekiden('app', 'list');
    expect(listed.stdout).to.equal(
      'ID     RUNNING  HEALTHY  CPUS  MEM  DEPLOYMENT  RUNS\n' +
        '/life      2/2        -  0.05   16  -           exec sleep 1000\n',
    );

    expect((await ekiden('app', 'scale', 'life', '3', '--watch')).code).to.equal(0);
    expect((await ekiden('app', 'show', '/life')).stdout).to.include('3 of 3 running');
    expect((await ekiden('group', 'list')).stdout).to.equal('/\n  life  3/3\n');
  });

  it('restarts, changes and removes it', async () => {
    expect((await ekiden('app', 'restart', '/life', '--watch')).code).to.equal(0);
    const update = ['app', 'update', '--id', '/life', ...body({ labels: { tier: 'web' } })];
    expect((await ekiden(...update, '--watch')).code).to.equal(0);
    expect((await ekiden('app', 'list', '--label', 'tier==web')).stdout).to.include('/life');

    const removed = await ekiden('app', 'remove', '/life', '--watch');
    expect(removed.code).to.equal(0);
    expect((await ekiden('app', 'list')).stdout).to.equal('There are no apps.\n');
  });

  /** Few at a time: each is a process of its own. */
  const READERS: readonly (readonly (readonly string[])[])[] = [
    [
      ['app', 'list'],
      ['app', 'show', '/json'],
      ['group', 'list'],
      ['pod', 'list'],
      ['deployment', 'list'],
      ['task', 'list', '/json'],
    ],
    [
      ['version', 'list', '/json'],
      ['version', 'list', '/'],
      ['queue', 'list'],
      ['agent', 'list'],
      ['role', 'list'],
      ['why', '/json'],
    ],
  ];
  const parses = async (args: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await ekiden(...args, '--json');
    expect(`${args.join(' ')}: ${code} ${stderr}`).to.equal(`${args.join(' ')}: 0 `);
    const told: unknown = JSON.parse(stdout);
    expect(told, args.join(' ')).to.be.an.instanceOf(Object);
    return told;
  };

  it("prints the server's JSON and nothing else with --json when it changes something", async () => {
    const added = await ekiden('app', 'add', ...body(sleeper('/json', 1)), '--json', '--watch');
    expect(JSON.parse(added.stdout)).to.include({ id: '/json' });
    await parses(['app', 'scale', '/json', '2', '--dry-run']);
    await parses(['app', 'remove', '/json']);
    await nothingLeft();
  });

  for (const [index, readers] of READERS.entries()) {
    it(`prints the server's JSON and nothing else with --json when it reads (${index + 1} of 2)`, async () => {
      await service().api.ask('POST', '/v2/apps', sleeper('/json', 1));
      await service().settled('/json', 1);
      await Promise.all(readers.map(parses));
      await service().api.ask('DELETE', '/v2/apps/json');
      await nothingLeft();
    });
  }

  it('shows why an app waits, and undoes its deployment', async () => {
    const watching = new CliProcess(service().url, [
      'app',
      'add',
      ...body(sleeper('/greedy', 1, { cpus: 1_000 })),
      '--watch',
    ]);
    await watching.says('waits: the only agent lacks');
    expect((await ekiden('why', '/greedy')).stdout).to.match(/the only agent lacks \d+ cpus/);
    expect((await ekiden('queue', 'list')).stdout).to.include('too few cpus (1 offer)');

    const [id = ''] = UUID.exec(watching.stdout) ?? [];
    const shown = await ekiden('deployment', 'show', id.slice(0, 8));
    expect(shown.stdout).to.include('scale /greedy');
    const cancelled = await ekiden('deployment', 'cancel', id, '--watch');
    expect(cancelled.code).to.equal(0);
    const { code, stderr } = await watching.ended;
    expect(code).to.equal(1);
    expect(stderr).to.include(`failed: deployment ${id}`);
    expect((await ekiden('deployment', 'watch', id)).code).to.equal(1);
    expect(await service().api.apps()).to.deep.equal([]);
  });

  it('stops watching at Ctrl-C, and the deployment goes on', async () => {
    const wish = sleeper('/patient', 1, { cpus: 1_000 });
    const watching = new CliProcess(service().url, ['app', 'add', ...body(wish), '--watch']);
    await watching.says('waits:');
    watching.signal('SIGINT');
    const { code, stderr } = await watching.ended;
    expect(stderr).to.include('the deployment goes on: ekiden deployment watch');
    expect(code).to.equal(130);
    expect(await service().api.deployments()).to.have.length(1);
    expect((await ekiden('app', 'remove', '/patient', '--force', '--watch')).code).to.equal(0);
  });

  /** What each of these tests begins with and ends with; nothing in between changes it. */
  const withOneApp = async (look: () => Promise<void>): Promise<void> => {
    const { api } = service();
    await api.ask('POST', '/v2/apps', sleeper('/plan/a', 1));
    await service().settled('/plan/a', 1);
    await look();
    expect((await api.apps()).map(({ id }) => id)).to.deep.equal(['/plan/a']);
    expect((await api.app('/plan/a')).instances).to.equal(1);
    await api.ask('DELETE', '/v2/groups/plan');
    await nothingLeft();
  };

  it('says what a change would do with --dry-run, and changes nothing', () =>
    withOneApp(async () => {
      const plan = await ekiden('app', 'scale', '/plan/a', '2', '--dry-run');
      const host = '[^\\s,()]+';
      expect(plan.stdout).to.match(
        new RegExp(`^The plan has 1 step:\\n  1  scale /plan/a: 1 starts, on ${host}\\n$`),
      );
      const replaced = ['app', 'update', '--id', '/plan/a', ...body({ cmd: 'exec sleep 9' })];
      expect((await ekiden(...replaced, '--dry-run')).stdout).to.include('restart /plan/a');
      expect((await ekiden('group', 'remove', '/plan', '--dry-run')).stdout).to.include(
        'stop /plan/a',
      );
      expect(
        (await ekiden('app', 'add', ...body(sleeper('/plan/b', 1)), '--dry-run')).stdout,
      ).to.match(
        new RegExp(
          `^The plan has 2 steps:\\n  1  start /plan/b\\n  2  scale /plan/b: 1 starts, on ${host}\\n$`,
        ),
      );
    }));

  it('plans documents, and changes nothing', () =>
    withOneApp(async () => {
      const host = '[^\\s,()]+';
      const group = { id: '/plan', apps: [{ ...sleeper('/plan/a', 1), id: 'a', instances: 3 }] };
      expect((await ekiden('plan', ...body(group))).stdout).to.match(
        new RegExp(`^The plan has 1 step:\\n  1  scale /plan/a: 2 start, on ${host} \\(2\\)\\n$`),
      );
      const large = { ...sleeper('/plan/large', 2), cpus: 100_000 };
      expect((await ekiden('plan', ...body(large))).stdout).to.match(
        /scale \/plan\/large: 2 start, 0 of 2 fit; short [\d.]+ cpus on 1 agent\n$/,
      );
      const told = JSON.parse((await ekiden('plan', ...body(large), '--json')).stdout) as Plan;
      expect(told.placements?.[0]).to.deep.include({
        step: 2,
        id: '/plan/large',
        starts: 2,
        fit: 0,
      });
      expect((await ekiden('plan', ...body(sleeper('/plan/b', 1)))).stdout).to.include(
        'start /plan/b',
      );
    }));

  it('goes back to an earlier version', async () => {
    await ekiden('app', 'add', ...body(sleeper('/back', 1)), '--watch');
    await ekiden('app', 'scale', '/back', '2', '--watch');
    const versions = (await ekiden('version', 'list', '/back')).stdout.trim().split('\n');
    const [, first = ''] = versions;
    const planned = await ekiden('version', 'rollback', '/back', first, '--dry-run');
    expect(planned.stdout).to.equal('instances: 2 -> 1\n');
    expect((await ekiden('version', 'rollback', '/back', first, '--watch')).code).to.equal(0);
    expect((await service().api.app('/back')).instances).to.equal(1);
    await ekiden('app', 'remove', '/back', '--watch');
  });

  it('reads definitions from the standard input, several as one deployment', async () => {
    const apps = [sleeper('/many/a', 1), sleeper('/many/b', 1)];
    const added = await runCli(service().url, ['app', 'add', '-', '--watch'], JSON.stringify(apps));
    expect(added.code).to.equal(0);
    expect(added.stdout).to.match(/^adding \/many\/a, \/many\/b: deployment /);
    const tasks = await ekiden('task', 'list');
    expect(tasks.stdout.split('\n').filter((line) => line.includes('running'))).to.have.length(2);
    await ekiden('group', 'remove', '/many', '--watch');
  });

  it('kills a task, which comes back', async () => {
    await ekiden('app', 'add', ...body(sleeper('/killed', 1)), '--watch');
    const [task] = await service().api.tasks('/killed');
    const killed = await ekiden('task', 'kill', task?.id ?? '', 'killed.nobody');
    expect(killed.code).to.equal(1); // the second id is none
    const one = await ekiden('task', 'kill', task?.id ?? '');
    expect(one.stdout).to.equal(`killed ${task?.id}\n`);
    await service().settled('/killed', 1);
    expect((await ekiden('task', 'kill', '--scale', '--wipe', 'x')).code).to.equal(2);
    await ekiden('app', 'remove', '/killed', '--watch');
  });

  it('shows what a task wrote', async () => {
    const app = sleeper('/writer', 1, { cmd: 'echo one; echo two; exec sleep 1000' });
    await ekiden('app', 'add', ...body(app), '--watch');
    const text = await until(async () => {
      const { stdout } = await ekiden('task', 'logs', '/writer');
      return stdout.includes('two') && stdout;
    }, 'the output of the task');
    expect(text).to.equal('one\ntwo\n');
    expect((await ekiden('task', 'logs', '/writer', '--tail', '1')).stdout).to.equal('two\n');
    const following = new CliProcess(service().url, ['task', 'logs', '/writer', '--follow']);
    await following.says('two');
    following.signal('SIGINT');
    expect((await following.ended).code).to.equal(0);
    await ekiden('app', 'remove', '/writer', '--watch');
  });

  it('says every violation on a line of its own, and what to do next', async () => {
    const wrong = { id: '/wrong', cmd: 'sleep 1', cpus: -1, upgradeStrategy: {} };
    const { code, stdout, stderr } = await ekiden('app', 'add', ...body(wrong));
    expect(code).to.equal(1);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^error: Invalid JSON \(HTTP 422\)\n/);
    expect(stderr).to.match(/^ {2}\/cpus: /m);
    expect(stderr).to.match(/^ {2}\/upgradeStrategy\/minimumHealthCapacity: /m);
    expect(stderr).to.match(/^next: correct the places named above/m);
    const json = await ekiden('app', 'add', ...body(wrong), '--json');
    expect(JSON.parse(json.stdout)).to.include({ message: 'Invalid JSON' });
  });

  it('says what to do where something is missing or in the way', async () => {
    const unknown = await ekiden('app', 'show', '/nobody');
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.include("App '/nobody' does not exist");
    expect(unknown.stderr).to.include('ekiden app list');
    const broken = await ekiden('app', 'add', '--json-body', '{"id": }');
    expect(broken.stderr).to.include('--json-body:1:8 is not JSON');
    const absent = await ekiden('app', 'add', 'no-such-file.json');
    expect(absent.stderr).to.include('there is no file no-such-file.json');
    const nobody = await runCli('http://me:hidden@127.0.0.1:9999', ['app', 'list']);
    expect(nobody.stderr).to.equal(
      'error: nothing answers at http://127.0.0.1:9999: connection refused\n' +
        'next: start a service with `npm start`,\n' +
        'next: or name another one with --url http://host:8080 or EKIDEN_URL\n',
    );
  });

  it('says who blocks a change, and how to take over', async () => {
    await ekiden('app', 'add', ...body(sleeper('/blocked', 1, { cpus: 1_000 })));
    const blocked = await ekiden('app', 'scale', '/blocked', '2');
    expect(blocked.code).to.equal(1);
    expect(blocked.stderr).to.match(/next: wait for it: ekiden deployment watch \S+/);
    expect(blocked.stderr).to.include('--force');
    const small = ['app', 'update', '--id', '/blocked', ...body({ cpus: 0.1 })];
    expect((await ekiden(...small, '--force', '--watch')).code).to.equal(0);
    await ekiden('app', 'remove', '/blocked', '--watch');
  });
});
