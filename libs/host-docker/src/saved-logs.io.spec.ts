import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, millis, seconds, type TaskId } from '@ekiden/kernel';
import { serveOnSocket, type UnixServer } from '../testing/index.js';
import { Engine } from './engine.js';
import { SavedLogs } from './saved-logs.js';

const id = (text: string): TaskId => text as TaskId;

function frame(stream: 1 | 2, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

/** A message as the engine gives it with its time. */
function at(second: number, text: string): Buffer {
  return Buffer.from(`2021-03-04T05:06:0${second}.500000000Z ${text}`);
}

describe('Saved logs', () => {
  let folder: string;
  let server: UnixServer;
  let engine: Engine;
  let logs: SavedLogs;
  let content: Buffer | 'refused';
  const asked: string[] = [];
  const clock = new ManualClock();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-logs-'));
    content = Buffer.concat([frame(1, at(1, 'out\n')), frame(2, at(2, 'err\n'))]);
    asked.length = 0;
    server = await serveOnSocket(({ url = '' }, answer) => {
      asked.push(url);
      if (content === 'refused') answer.writeHead(404).end('{"message":"No such container"}');
      else answer.end(content);
    });
    engine = new Engine({ kind: 'unix', socketPath: server.socketPath });
    logs = new SavedLogs(join(folder, 'logs'), clock);
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function saved(): Promise<readonly string[]> {
    return (await readdir(join(folder, 'logs')).catch(() => [])).sort();
  }

  async function read(task: string): Promise<readonly (string | undefined)[]> {
    const output = await logs.read(id(task), {});
    return [output?.stdout.toString(), output?.stderr.toString()];
  }

  it('are what the container wrote, both outputs apart', async () => {
    await logs.save(engine, id('a/b'), 'c1');
    expect(await read('a/b')).to.deep.equal(['out\n', 'err\n']);
    expect((await stat(join(folder, 'logs', 'a_b'))).mode & 0o777).to.equal(0o700);
  });

  it('are the newest MiB of each output at most', async () => {
    const line = `${'a'.repeat(999)}\n`;
    const many = Array.from({ length: 2_000 }, () => frame(1, at(1, line)));
    content = Buffer.concat([...many, frame(1, at(2, 'end\n')), frame(2, at(3, 'err\n'))]);
    await logs.save(engine, id('a'), 'c1');
    const [stdout = '', stderr] = await read('a');
    expect(stdout.length).to.be.within(1_000_000, 1_048_576);
    expect(stdout.endsWith('aaa\nend\n')).to.equal(true);
    expect(stderr).to.equal('err\n');
  });

  it('know when each line was written', async () => {
    const [one, two] = [at(1, 'one\n'), at(2, 'two\n')];
    content = Buffer.concat([frame(1, one), frame(1, at(1, 'and ')), frame(1, two)]);
    await logs.save(engine, id('a'), 'c1');
    const stamped = await logs.read(id('a'), { stamped: true });
    expect(stamped?.stdout.toString()).to.equal(
      `${one.toString()}${at(1, 'and two\n').toString()}`,
    );
    const since = millis(Date.parse('2021-03-04T05:06:02Z'));
    expect((await logs.read(id('a'), { since }))?.stdout.toString()).to.equal('two\n');
  });

  it('are the last thousand lines', async () => {
    await logs.save(engine, id('a'), 'c1');
    const { searchParams } = new URL(asked[0] ?? '', 'http://engine');
    expect(searchParams.get('tail')).to.equal('1000');
  });

  it('are not made of nothing', async () => {
    content = Buffer.alloc(0);
    await logs.save(engine, id('a'), 'c1');
    content = 'refused';
    await logs.save(engine, id('b'), 'c1');
    await server.close();
    await logs.save(engine, id('c'), 'c1');
    server = await serveOnSocket(() => undefined);
    expect(await saved()).to.deep.equal([]);
    expect(await logs.read(id('a'), {})).to.equal(undefined);
  });

  it('hold nothing up when they cannot be written', async () => {
    await writeFile(join(folder, 'logs'), 'a file where the folder should be');
    await logs.save(engine, id('a'), 'c1');
    expect(await logs.read(id('a'), {})).to.equal(undefined);
    await logs.sweep({ keepFor: seconds(1), maxCount: 1 });
  });

  it('are swept by age and by number, the oldest first', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await logs.save(engine, id(name), 'c1');
      clock.advance(seconds(10));
    }
    await logs.sweep({ keepFor: seconds(35), maxCount: 10 });
    expect(await saved()).to.deep.equal(['b', 'c', 'd']);
    await logs.sweep({ keepFor: seconds(35), maxCount: 2 });
    expect(await saved()).to.deep.equal(['c', 'd']);
    await logs.sweep({ keepFor: millis(0), maxCount: 2 });
    expect(await saved()).to.deep.equal([]);
  });

  it('can be swept where there are none', async () => {
    await logs.sweep({ keepFor: seconds(1), maxCount: 1 });
    await mkdir(join(folder, 'logs'));
    await logs.sweep({ keepFor: seconds(1), maxCount: 1 });
    expect(await saved()).to.deep.equal([]);
  });
});
