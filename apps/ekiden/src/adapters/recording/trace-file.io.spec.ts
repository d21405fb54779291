import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LogEntry } from '../../ports/index.js';
import { TraceFile } from './trace-file.js';

describe('a trace file', () => {
  let dir: string;
  let path: string;
  let logged: LogEntry[];
  const log = (entry: LogEntry): void => void logged.push(entry);

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ekiden-trace-'));
    path = join(dir, 'trace.jsonl');
    logged = [];
  });

  afterEach(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  it('has every line in order', async () => {
    const trace = new TraceFile({ path, log });
    const write = trace.begin();
    const lines = Array.from({ length: 5_000 }, (_, i) => JSON.stringify({ line: i }));
    for (const line of lines) write(line);
    await trace.close();
    expect((await readFile(path, 'utf8')).split('\n')).to.deep.equal([...lines, '']);
    expect(logged).to.deep.equal([]);
  });

  it('begins anew with each term, and keeps the one before', async () => {
    const trace = new TraceFile({ path, log });
    trace.begin()('first');
    await trace.close();
    trace.begin()('second');
    await trace.close();
    expect(await readFile(path, 'utf8')).to.equal('second\n');
    expect(await readFile(`${path}.previous`, 'utf8')).to.equal('first\n');
  });

  it('does not create a file for a term that records nothing', async () => {
    const trace = new TraceFile({ path, log });
    trace.begin();
    await trace.close();
    const missing = await readFile(path).catch((error: unknown) => error as Error);
    expect(missing).to.be.instanceOf(Error);
  });

  it('says once that it cannot be written, and goes on without', async () => {
    const trace = new TraceFile({ path: join(dir, 'none', 'trace.jsonl'), log });
    const write = trace.begin();
    write('lost');
    await trace.close();
    write('lost, too');
    await trace.close();
    expect(logged.map(({ event }) => event)).to.deep.equal(['recording-stopped']);
  });

  it('stops when more waits than it may hold', async () => {
    const trace = new TraceFile({ path, log, bufferMax: 10 });
    const write = trace.begin();
    write('12345678901');
    write('12');
    await trace.close();
    expect(logged.map(({ message }) => message.includes('keep up'))).to.deep.equal([true]);
  });

  it('stops at its greatest length', async () => {
    const trace = new TraceFile({ path, log, lengthMax: 10 });
    const write = trace.begin();
    write('12345');
    await trace.close();
    expect(await readFile(path, 'utf8')).to.equal('12345\n');
    trace.begin();
    const again = trace.begin();
    for (let i = 0; i < 4; i += 1) again('12345');
    await trace.close();
    expect(logged.map(({ message }) => message.includes('longer than 10'))).to.deep.equal([true]);
  });
});
