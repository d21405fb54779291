import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LogEntry } from '../../../ports/index.js';
import { scopeMemory } from './scope-addresses.js';

describe('addresses that tasks look for service ports at', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ekiden-scopes-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  async function recalled(): Promise<readonly string[]> {
    return (await scopeMemory(dataDir, () => undefined)).recalled;
  }

  it('are found again by the next service', async () => {
    const memory = await scopeMemory(dataDir, () => undefined);
    expect(memory.recalled).to.deep.equal([]);
    await Promise.all([memory.keep(['127.0.0.1']), memory.keep(['127.0.0.1', '172.17.0.1'])]);
    expect(await recalled()).to.deep.equal(['127.0.0.1', '172.17.0.1']);
  });

  for (const [text, expected] of [
    ['["172.17.0.1"', []],
    ['{}', []],
    ['["172.17.0.1", "host name", 7, "::1"]', ['172.17.0.1', '::1']],
  ] as const) {
    it(`are taken from ${text} as far as they are addresses`, async () => {
      await writeFile(join(dataDir, 'scope-addresses.json'), text);
      expect(await recalled()).to.deep.equal(expected);
    });
  }

  it('that cannot be written are told, and no failure', async () => {
    const log: LogEntry[] = [];
    const memory = await scopeMemory(join(dataDir, 'nowhere'), (entry) => log.push(entry));
    await memory.keep(['127.0.0.1']);
    expect(log.map(({ event }) => event)).to.deep.equal(['scope-addresses']);
  });
});
