import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SCRIPT = new URL('../../libs/offers/replay/main.ts', import.meta.url).pathname;
const README = new URL('../../libs/offers/replay/README.md', import.meta.url).pathname;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `offers` with these arguments; `head` = the output is closed after so many characters. */
function offers(
  args: readonly string[],
  input: string | readonly string[] = '',
  head = Number.POSITIVE_INFINITY,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const flags = ['--enable-source-maps', '--import=@swc-node/register/esm-register'];
    const child = spawn(process.execPath, [...flags, SCRIPT, ...args], { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length >= head) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // The program may be gone before it has read everything.
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    for (const part of typeof input === 'string' ? [input] : input) child.stdin.write(part);
    child.stdin.end();
  });
}

function replay(...lines: readonly unknown[]): Promise<Ended> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  return offers(['replay'], `${texts.join('\n')}\n`);
}

function events(ended: Ended): readonly Readonly<Record<string, unknown>>[] {
  return ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

function examples(language: string): readonly string[] {
  const blocks = readFileSync(README, 'utf8').matchAll(/```(text[^\n]*)\n([^`]*)```/g);
  return [...blocks].flatMap(([, name, text = '']) => (name === language ? [text] : []));
}

const AGENT = { op: 'addAgent', id: 'a1', hostname: 'h1', resources: 'cpus:2;mem:1024' };
const FRAMEWORK = { op: 'addFramework', id: 'f1', roles: ['eng'] };

describe('offers replay', function () {
  this.slow(5000);

  it('says what it can do', async () => {
    const help = await offers(['--help']);
    expect(help.code).to.equal(0);
    expect(help.stdout).to.match(/^ {2}replay /m);
    const more = await offers(['replay', '--help']);
    expect(more.stdout).to.include('Examples:');
    expect(more.stdout).to.include('addAgent');
  });

  it('does what its help shows', async () => {
    const { stdout: help } = await offers(['replay', '--help']);
    const [, commands = '', event = ''] = /<<'END'\n(.*?) *END\n(.*?\n)/s.exec(help) ?? [];
    const ended = await offers(['replay'], commands);
    expect(ended.stdout).to.equal(event.trimStart());
  });

  it('refuses what it cannot do', async () => {
    const ended = await offers(['replai']);
    expect(ended.code).to.equal(2);
    expect(ended.stderr).to.include('unknown command');
  });

  it('reads JSON lines and writes JSON lines', async () => {
    const ended = await replay(AGENT, '', '   ', FRAMEWORK);
    expect(ended).to.deep.equal({
      code: 0,
      stderr: '',
      stdout:
        '{"event":"offer","framework":"f1","role":"eng","agent":"a1","resources":"cpus:2;mem:1024"}\n',
    });
  });

  it('answers lines that are wrong and goes on', async () => {
    const long = JSON.stringify({ ...AGENT, id: 'a'.repeat(5_000_000) });
    const ended = await replay(AGENT, '{', long, [], { op: 'fly' }, FRAMEWORK);
    expect(ended.code).to.equal(0);
    expect(events(ended).map(({ event, command, line }) => [event, command, line])).to.deep.equal([
      ['error', 2, 2],
      ['error', 3, 3],
      ['error', 4, 4],
      ['error', 'fly', 5],
      ['offer', undefined, undefined],
    ]);
  });

  it('writes the same bytes for the same lines', async () => {
    const agents = Array.from({ length: 30 }, (_, i) => ({ ...AGENT, id: `a${i}` }));
    const frameworks = Array.from({ length: 5 }, (_, i) => ({ ...FRAMEWORK, id: `f${i}` }));
    const random = { op: 'configure', mode: 'batch', frameworkSorter: 'random', seed: 7 };
    const allocate = { op: 'allocate' };
    const lines = [...agents, ...frameworks, allocate];
    const [first, second] = await Promise.all([replay(random, ...lines), replay(random, ...lines)]);
    expect(events(first)).to.have.length(30);
    expect(second.stdout).to.equal(first.stdout);
    const other = await replay({ ...random, seed: 8 }, ...lines);
    expect(other.stdout).to.not.equal(first.stdout);
  });

  it('ends quietly when nobody reads on', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `{"op":"shares","note":"${i}"}\n`);
    const ended = await offers(['replay'], many, 1000);
    expect(ended.stderr).to.equal('');
    expect(ended.code).to.equal(0);
  });

  it('takes every example of its README', async () => {
    const ended = await offers(['replay'], examples('text').join(''));
    expect(events(ended).filter(({ event }) => event === 'error')).to.deep.equal([]);
    const said = new Set(events(ended).map(({ event }) => event));
    const kinds = ['offer', 'rescind', 'inverseOffer', 'explain', 'shares', 'sorted'];
    expect([...said].sort()).to.deep.equal(kinds.sort());
  });

  it('takes the recording of its README', async () => {
    const ended = await offers(['replay'], examples('text recording').join(''));
    expect(events(ended).map(({ event }) => event)).to.deep.equal(['offer']);
  });

  it('has an example for every op', async () => {
    const { stdout: help } = await offers(['replay', '--help']);
    const [, ops = ''] = /by their "op":\n(.*?)\nThe whole/s.exec(help) ?? [];
    const shown = [...examples('text'), ...examples('text recording')].join('');
    const missing = ops.split(/\s+/).filter((op) => op !== '' && !shown.includes(`{"op":"${op}"`));
    expect(missing).to.deep.equal([]);
  });
});
