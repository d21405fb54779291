import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import type {
  Executor,
  SessionOrder,
  TaskOutputs,
  TaskSession,
  TaskSessions,
  TaskSpec,
} from '@ekiden/host';
import { failureOf, must, until } from './outcomes.js';
import { readAll } from './outputs-contract.js';

/** A host with an executor that runs commands beside its tasks. */
export interface SessionsHost {
  readonly executor: Executor & TaskOutputs & { readonly sessions: TaskSessions };
  /** The spec of a task that runs this in `/bin/sh`. */
  spec(taskId: TaskId, shellCommand: string): TaskSpec;
  dispose(): Promise<void>;
}

interface Heard {
  stdout: string;
  stderr: string;
}

const TERMINAL = { columns: 93, rows: 31, kind: 'xterm' } as const;

/** Every executor that lets people into its tasks passes this suite. */
export function sessionsContract(name: string, open: () => Promise<SessionsHost>): void {
  describe(`${name} runs commands for somebody who stays, which`, () => {
    let host: SessionsHost;
    const taskId = 'web.instance-3._app.1' as TaskId;

    before(async () => {
      host = await open();
      const spec = host.spec(taskId, 'echo ready; exec sleep 1000');
      must(await host.executor.prepare({ ...spec, env: { ...spec.env, GREETING: 'hello' } }));
      must(await host.executor.start(taskId));
      await until(async () => (await readAll(host.executor, taskId)) !== '', 'a running task');
    });

    after(async () => {
      await host.executor.shutdown(taskId, seconds(0));
      await host.executor.remove(taskId);
      await host.dispose();
    });

    async function begin(order: SessionOrder): Promise<TaskSession> {
      return must(await host.executor.sessions.openSession(taskId, order));
    }

    const shell = (line: string): SessionOrder => ({ command: ['/bin/sh', '-c', line] });

    it('hear their input and tell both outputs and their exit code apart', async () => {
      const session = await begin(shell('read a; echo "$GREETING $a"; echo wrong >&2; exit 7'));
      await session.write(Buffer.from('you\n'));
      session.end();
      expect(await heardOf(session)).to.deep.equal({ stdout: 'hello you\n', stderr: 'wrong\n' });
      expect(await session.exit).to.deep.equal({ exitCode: 7 });
    });

    it('get their arguments as they are, and see the end of their input', async () => {
      const words = ['printf', '%s|', "it's", '$HOME', '', 'a b', '"'];
      const session = await begin({ command: words });
      session.end();
      expect((await heardOf(session)).stdout).to.equal('it\'s|$HOME||a b|"|');
      const reading = await begin({ command: ['cat'] });
      const big = Buffer.alloc(300_000, 'x');
      const writing = reading.write(big).then(() => reading.end());
      expect((await heardOf(reading)).stdout.length).to.equal(300_000);
      await writing;
      expect(await reading.exit).to.deep.equal({ exitCode: 0 });
    });

    it('say that they cannot be found', async () => {
      const session = await begin({ command: ['no-such-program'] });
      const { stdout, stderr } = await heardOf(session);
      expect(`${stdout}${stderr}`).to.contain('no-such-program');
      expect((await session.exit).exitCode).to.be.oneOf([126, 127]);
    });

    it('have a terminal where one is asked for, whose size can change', async () => {
      // An engine may learn of the size a moment after the start.
      const sized = 'until stty size 2>&1 | grep "31 93"; do sleep 0.05; done';
      const line = `${sized}; read x; stty size; tty; echo $TERM; exit 3`;
      const session = await begin({ ...shell(line), terminal: TERMINAL });
      const heard = { stdout: '', stderr: '' };
      const reading = hear(session, heard);
      await until(() => Promise.resolve(heard.stdout.includes('31 93')), 'the size');
      session.resize({ columns: 120, rows: 40 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await session.write(Buffer.from('\r'));
      await reading;
      expect(heard.stdout).to.match(/31 93\r\n[\s\S]*40 120\r\n\/dev\/pts\/\d+\r\nxterm\r\n$/);
      expect((await session.exit).exitCode).to.equal(3);
    });

    for (const terminal of [undefined, TERMINAL]) {
      const how = terminal === undefined ? 'without a terminal' : 'in a terminal';
      it(`are gone when they are killed, with all they have started, ${how}`, async () => {
        const name = `mark-${terminal === undefined ? 1 : 2}`;
        const line = `trap '' HUP TERM; (sleep 777; echo ${name}) & echo begun; sleep 888`;
        const order = { ...shell(line), ...(terminal === undefined ? {} : { terminal }) };
        const session = await begin(order);
        const heard = { stdout: '', stderr: '' };
        const reading = hear(session, heard);
        await until(() => Promise.resolve(heard.stdout.includes('begun')), 'its first word');
        session.kill();
        await reading;
        await session.exit;
        await until(async () => !(await listed()).includes('sleep 777'), 'no child');
        expect(await listed()).to.not.contain('sleep 888');
        expect(await listed()).to.contain('sleep 1000');
      });
    }

    it('are held up by a reader that is slow, and lose nothing', async () => {
      const session = await begin(shell('seq 1 200000; echo end'));
      session.end();
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { stdout } = await heardOf(session);
      expect(stdout.endsWith('199999\n200000\nend\n')).to.equal(true);
      expect(stdout.length).to.equal(1_288_899);
    });

    it('are not run beside a task that is not there', async () => {
      const none = await host.executor.sessions.openSession('no' as TaskId, shell('true'));
      expect(failureOf(none).kind).to.equal('unknownTask');
    });

    it('end with their task', async () => {
      const session = await begin(shell('sleep 999'));
      const reading = heardOf(session);
      must(await host.executor.shutdown(taskId, seconds(0)));
      await reading;
      await session.exit;
      const late = await host.executor.sessions.openSession(taskId, shell('true'));
      expect(failureOf(late).kind).to.equal('unknownTask');
    });

    /** Command lines that the task's side can see. */
    async function listed(): Promise<string> {
      const line = `for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null`;
      const session = await begin(shell(line));
      session.end();
      return (await heardOf(session)).stdout;
    }
  });
}

async function heardOf(session: TaskSession): Promise<Heard> {
  const heard = { stdout: '', stderr: '' };
  await hear(session, heard);
  return heard;
}

async function hear(session: TaskSession, heard: Heard): Promise<void> {
  for await (const { stream, bytes } of session.output) {
    heard[stream] += Buffer.from(bytes).toString('utf8');
  }
}
