import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { expectGolden, testRun, type GoldenFiles } from '@ekiden/testkit';
import { NOUNS, VERBS } from '../src/commands/index.js';
import { runCli } from '../src/program.js';
import { RecordingTerminal } from './recording-terminal.js';

const folder = fileURLToPath(new URL('./golden/', import.meta.url));
const files: GoldenFiles = {
  read: (name) => (existsSync(folder + name) ? readFileSync(folder + name, 'utf8') : undefined),
  write: (name, text) => {
    writeFileSync(folder + name, text);
  },
};
const update = testRun.updateGolden;

async function say(
  ...args: readonly string[]
): Promise<{ code: number; terminal: RecordingTerminal }> {
  const terminal = new RecordingTerminal();
  const code = await runCli(args, terminal);
  return { code, terminal };
}

const nouns = NOUNS.map(({ name }) => name);
const commands = [
  ...NOUNS.flatMap(({ name, commands: own }) =>
    own.map(({ usage }) => [name, usage.split(' ')[0] ?? '']),
  ),
  ...VERBS.map(({ usage }) => [usage.split(' ')[0] ?? '']),
];

describe('the help of ekiden', () => {
  it('is the reviewed text, for the program, its nouns and every command', async () => {
    const pages: string[] = [];
    for (const args of [[], ...nouns.map((name) => [name]), ...commands]) {
      const { code, terminal } = await say(...args, '--help');
      expect(code, args.join(' ')).to.equal(0);
      expect(terminal.notes).to.deep.equal([]);
      pages.push(`$ ekiden ${[...args, '--help'].join(' ')}\n${terminal.stdout}`);
    }
    expectGolden(files, 'help.txt', { text: pages.join('\n\n'), update });
  });

  for (const args of commands) {
    it(`gives examples for ${args.join(' ')}`, async () => {
      const { terminal } = await say(...args, '--help');
      expect(terminal.stdout).to.include(`Examples:\n  $ `);
      expect(terminal.stdout).to.include(`ekiden ${args.join(' ')}`);
    });
  }

  const wrong: readonly (readonly [name: string, args: readonly string[], says: string])[] = [
    ['an unknown noun', ['aps'], "unknown command 'aps'\n(Did you mean"],
    ['an unknown verb', ['app', 'lst'], "unknown command 'lst'"],
    ['an unknown flag', ['app', 'list', '--al'], "unknown option '--al'"],
    ['a missing argument', ['app', 'scale', '/a'], "missing required argument 'instances'"],
    ['a number that is none', ['app', 'scale', '/a', 'two'], 'has to be a whole number, not "two"'],
    ['no definition', ['app', 'add'], 'name a FILE'],
    ['an import from nowhere', ['import', 'marathon'], 'say where the definitions are'],
    ['an address that is none', ['app', 'list', '--url', 'ftp://x'], 'http://host:8080'],
  ];
  for (const [name, args, says] of wrong) {
    it(`ends with 2 for ${name}, and says what is wrong`, async () => {
      const { code, terminal } = await say(...args);
      expect(code).to.equal(2);
      expect(terminal.stdout).to.equal('');
      expect(terminal.notes.join('\n')).to.include(says);
    });
  }

  it('never repeats a password', async () => {
    const { code, terminal } = await say('app', 'list', '--url', 'http://me:hidden@127.0.0.1:1');
    expect(code).to.equal(1);
    const text = terminal.notes.join('\n');
    expect(text).to.include('nothing answers at http://127.0.0.1:1: ');
    expect(text).to.include('npm start');
    expect(text).not.to.include('hidden');
  });
});
