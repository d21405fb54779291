import { Failure, Session, UsageError } from '../client/index.js';
import type { Terminal } from '../terminal/index.js';
import { EXIT, type Call } from './call.js';
import type { CommandSpec } from './define.js';
import { isSet } from './options.js';
import { taskNamed } from './task-named.js';

export const execCommand: CommandSpec = {
  usage: 'exec <task> <command...>',
  summary: 'Run a command beside a task, as the task would',
  about:
    'An app stands for its newest task, a pod for the first container of its newest instance\n' +
    '(/shop/cart::server is another one). With a person at both ends it gets a terminal. Its exit code\n' +
    'is that of this command. Beginning and end are events of the service, with who and what.',
  examples: [
    'ekiden exec /shop/web -- sh',
    'ekiden exec /shop/web -- cat /etc/hosts',
    'ekiden exec /shop/cart::server -- sh',
    'echo "select 1" | ekiden exec /shop/db -- psql',
  ],
  flags: [
    { flags: '-T, --no-terminal', text: 'pipes, although a person is there' },
    { flags: '-t, --tty', text: 'a terminal, although nobody is there' },
  ],
  run: async (call, [given = '', ...command]) => {
    if (command.length === 0) throw new UsageError('exec wants a command: ekiden exec TASK -- sh');
    const { client, terminal } = call;
    const task = await taskNamed(call, given);
    const hasTerminal = wantsTerminal(call);
    const session = await Session.open(client.address, task);
    session.begin({
      command,
      ...(hasTerminal
        ? { terminal: { ...terminal.size(), kind: terminal.env['TERM'] ?? 'xterm' } }
        : {}),
    });
    return converse(session, terminal, hasTerminal);
  },
};

function wantsTerminal(call: Call): boolean {
  if (call.options.own['terminal'] === false) return false;
  return isSet(call, 'tty') || call.terminal.conversational;
}

async function converse(
  session: Session,
  terminal: Terminal,
  hasTerminal: boolean,
): Promise<number> {
  const release = terminal.passInput({
    raw: hasTerminal,
    take: (bytes) => session.input(bytes),
    drained: (act) => {
      session.drained(act);
    },
    ended: () => {
      session.endInput();
    },
    resized: (size) => {
      session.resize(size);
    },
  });
  try {
    for await (const news of session.news()) {
      if (news.kind === 'stdout') await terminal.writeBytes(news.bytes, 'out');
      if (news.kind === 'stderr') await terminal.writeBytes(news.bytes, 'error');
      if (news.kind === 'refused') throw new Failure(news.message);
      if (news.kind !== 'exit') continue;
      if (news.reason !== undefined) terminal.note(`ended: ${news.reason}`);
      return news.exitCode ?? EXIT.failed;
    }
    throw new Failure('the connection broke off; the service ends the command');
  } finally {
    release();
    session.close();
  }
}
