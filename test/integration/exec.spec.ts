import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import {
  Session,
  serverAddress,
  type ServerAddress,
  type SessionCommand,
} from '../../apps/cli/src/client/index.js';
import { sleeper, until, useService, type TestService } from '../support/index.js';

const run = promisify(execFile);

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string;
}

const words = (line: string): SessionCommand => ({ command: ['/bin/sh', '-c', line] });

async function taskOf(service: TestService, id: string): Promise<string> {
  await service.api.ask('POST', '/v2/apps', sleeper(id, 1, { env: { GREETING: 'hello' } }));
  return until(async () => {
    const [first] = (await service.api.app(id)).tasks;
    return first?.state === 'TASK_RUNNING' && first.id;
  }, 'a running task');
}

async function outcomeOf(session: Session): Promise<Outcome> {
  let [stdout, stderr, end] = ['', '', 'broken off'];
  for await (const news of session.news()) {
    if (news.kind === 'stdout') stdout += news.bytes.toString();
    if (news.kind === 'stderr') stderr += news.bytes.toString();
    if (news.kind === 'exit') end = `exit ${String(news.exitCode)} ${news.reason ?? ''}`.trim();
    if (news.kind === 'refused') end = `refused: ${news.message}`;
  }
  return { stdout, stderr, end };
}

describe('Commands beside tasks over HTTP, on real processes', () => {
  const service = useService({
    env: {
      EKIDEN_EXEC_SESSIONS: '2',
      EKIDEN_EXEC_IDLE_SECONDS: '3',
    },
  });
  let task: string;
  const address = (): ServerAddress => serverAddress(service().url, undefined);
  const open = (): Promise<Session> => Session.open(address(), task);

  before(async () => {
    task = await taskOf(service(), '/exec');
  });

  async function ran(command: SessionCommand, input = ''): Promise<Outcome> {
    const session = await open();
    session.begin(command);
    if (input !== '') session.input(Buffer.from(input));
    session.endInput();
    return outcomeOf(session);
  }

  it('hear, answer, and hand their exit code through', async () => {
    const line = 'read name; echo "$GREETING $name, in $PWD"; echo wrong >&2; exit 7';
    const { stdout, stderr, end } = await ran(words(line), 'you\n');
    expect(stdout).to.match(/^hello you, in .*\/sandboxes\/exec\.instance-/);
    expect([stderr, end]).to.deep.equal(['wrong\n', 'exit 7']);
    expect((await ran({ command: ['no-such-program'] })).end).to.equal('exit 127');
  });

  it('have a terminal for those who want one', async () => {
    const terminal = { columns: 91, rows: 17, kind: 'xterm' };
    const { stdout, end } = await ran({ ...words('stty size; exit 3'), terminal });
    expect(stdout.trim()).to.equal('17 91');
    expect(end).to.equal('exit 3');
  });

  it('are announced with who, what, and how it ended', async () => {
    await ran({ command: ['sh', '-c', 'exit 5'] });
    const wanted = 'event_type=task_session_event&lastEventId=0';
    const answer = await fetch(`${service().url}/v2/events?${wanted}`, {
      headers: { accept: 'text/event-stream' },
    });
    let text = '';
    for await (const part of answer.body ?? []) {
      text += Buffer.from(part as Uint8Array).toString();
      if (/"stage":"ended".*"exitCode":5|"exitCode":5.*"stage":"ended"/.test(text)) break;
    }
    const last = [...text.matchAll(/^data: ?(.*?)\r?$/gm)]
      .map(([, data = '{}']) => JSON.parse(data) as Record<string, unknown>)
      .filter((event) => event['command'] === 'sh -c exit 5');
    expect(last.map((event) => event['stage'])).to.deep.equal(['started', 'ended']);
    expect(last[1]).to.include({ user: null, appId: '/exec', taskId: task, exitCode: 5 });
    expect(service().log).to.contain('session-ended');
  });

  it('are not run beside what does not run, nor for plain requests', async () => {
    const other = task.replace(/instance-.{8}/, 'instance-00000000');
    expect(await Session.open(address(), other).catch(String)).to.contain('HTTP 404');
    const plain = await service().api.send('GET', `/v2/tasks/${task}/exec`);
    expect([plain.status, plain.headers.get('upgrade')]).to.deep.equal([426, 'ekiden-exec']);
  });

  it('are bounded in number, and end when they are silent for too long', async () => {
    const [one, two] = [await open(), await open()];
    expect(await open().catch(String)).to.contain('HTTP 503');
    one.begin({ command: ['sleep', '500'] });
    two.close();
    expect((await outcomeOf(one)).end).to.equal('exit 137 idle for 3 seconds');
    const again = await until(() => open().catch(() => false as const), 'room for another');
    again.close();
  });

  it('end with the client that ran them', async () => {
    const session = await until(() => open().catch(() => false as const), 'room for one');
    session.begin(words("trap '' HUP; sleep 54321"));
    await until(async () => (await listed()).includes('sleep 54321'), 'the command');
    session.close();
    await until(async () => !(await listed()).includes('sleep 54321'), 'its end');
  });

  it('leave clients that wish for another protocol as they were', async () => {
    const socket = connect(Number(new URL(service().url).port), '127.0.0.1');
    const wish = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk';
    const app = JSON.stringify({ id: '/h2c', cmd: 'sleep 1', instances: 0 });
    let heard = '';
    socket.on('data', (part: Buffer) => {
      heard += part.toString();
    });
    socket.write(`GET /ping HTTP/1.1\r\nHost: x\r\n${wish}\r\n\r\n`);
    await until(() => heard.includes('pong'), 'the first answer');
    socket.write(
      `POST /v2/apps HTTP/1.1\r\nHost: x\r\n${wish}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${app.length}\r\n\r\n${app}`,
    );
    await until(() => /201 Created/.test(heard), 'the second one, on the same connection');
    socket.destroy();
  });

  /** Command lines of this machine. */
  async function listed(): Promise<string> {
    return (await run('ps', ['-eo', 'args'])).stdout;
  }
});

describe('Commands beside tasks, switched off', () => {
  const service = useService({ env: { EKIDEN_EXEC: 'off' } });

  it('are refused, and the refusal says by what', async () => {
    const task = await taskOf(service(), '/off');
    const refusal = await Session.open(serverAddress(service().url, undefined), task).catch(String);
    expect(refusal).to.contain('EKIDEN_EXEC').and.to.contain('HTTP 403');
  });
});
