import {
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { must, taskSpec, until } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';
import { rotateFile } from './rotate-file.js';

describe('rotating a file of output', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ekiden-output-'));
    path = join(folder, 'stdout');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const read = (suffix = ''): Promise<string> => readFile(path + suffix, 'utf8');

  it('moves older parts on and drops the oldest', async () => {
    const limits = { maxBytes: 3, files: 3 };
    for (const text of ['one!', 'two!', 'three!', 'four!']) {
      await writeFile(path, text);
      expect(await rotateFile(path, limits)).to.deep.equal({ cut: text.length - 3, lost: 0 });
    }
    expect((await readdir(folder)).sort()).to.deep.equal(['stdout', 'stdout.1', 'stdout.2']);
    expect(await read()).to.equal('');
    // Of what is too large the end is kept.
    expect([await read('.1'), await read('.2')]).to.deep.equal(['ur!', 'ee!']);
  });

  it('leaves a small file alone', async () => {
    await writeFile(path, '123');
    expect(await rotateFile(path, { maxBytes: 3, files: 2 })).to.equal(undefined);
    expect(await readdir(folder)).to.deep.equal(['stdout']);
  });

  it('keeps nothing older when only one file is wanted', async () => {
    await writeFile(path, '1234');
    expect(await rotateFile(path, { maxBytes: 3, files: 1 })).to.deep.equal({ cut: 4, lost: 0 });
    expect(await readdir(folder)).to.deep.equal(['stdout']);
    expect(await read()).to.equal('');
  });

  it('touches no link, no second name and nothing else that was put in its place', async () => {
    const limits = { maxBytes: 3, files: 2 };
    const victim = join(folder, 'victim');
    await writeFile(victim, 'precious');
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => symlink(victim, path),
      () => link(victim, path),
      () => mkdir(path),
    ];
    for (const attempt of attempts) {
      await attempt();
      const outcome = await rotateFile(path, limits).then(
        () => 'rotated',
        () => 'refused',
      );
      expect(outcome).to.equal('refused');
      expect(await readFile(victim, 'utf8')).to.equal('precious');
      await rm(path, { recursive: true });
    }
    await symlink(victim, join(folder, 'stdout.1'));
    await symlink(victim, join(folder, 'stdout.rotating'));
    await writeFile(path, '1234');
    await rotateFile(path, limits);
    expect(await readFile(victim, 'utf8')).to.equal('precious');
    expect(await read('.1')).to.equal('234');
  });

  it('loses at most what comes between the last look and the emptying, and counts it', async () => {
    const limits = { maxBytes: 10_000, files: 60 };
    const file = await open(path, 'a');
    const gone = { cut: 0, lost: 0 };
    let next = 1;
    const write = async (count: number): Promise<number> => {
      let text = '';
      for (; count > 0; count -= 1) text += `line ${next++}\n`;
      await file.write(text);
      return text.length;
    };
    let written = 0;
    let during = 0;
    for (let round = 0; round < 50; round += 1) {
      written += await write(1_200 + round);
      const seen = { over: false };
      const rotation = rotateFile(path, limits).finally(() => (seen.over = true));
      // The kernel takes these while the file is copied, some of them after the last look.
      while (!seen.over) during += await write(3);
      const rotated = await rotation;
      gone.cut += rotated?.cut ?? 0;
      gone.lost += rotated?.lost ?? 0;
    }
    written += during + (await write(1));
    await file.close();
    const parts = (await readdir(folder)).map((name) => Number(name.split('.')[1] ?? 0));
    expect(parts).to.have.length(51);
    let text = '';
    for (const part of parts.sort((a, b) => b - a)) {
      text += await read(part === 0 ? '' : `.${part}`);
    }
    const missing = written - text.length - gone.cut;
    expect(missing).to.be.at.least(gone.lost);
    // What comes before and after a rotation is never lost, whatever this machine does meanwhile.
    expect(missing).to.be.at.most(during);
    // Nothing comes twice, and nothing out of order; a line may have lost its beginning.
    const numbers = [...text.matchAll(/line (\d+)\n/g)].map((match) => Number(match[1]));
    expect(numbers).to.deep.equal([...new Set(numbers)].sort((a, b) => a - b));
    expect(text.endsWith(`line ${next - 1}\n`)).to.equal(true);
  });
});

describe('output of tasks', () => {
  let host: ProcessHost;
  const output = { maxBytes: 100_000, files: 2 } as const;

  beforeEach(async () => {
    host = await ProcessHost.make();
  });

  afterEach(async () => {
    await host.dispose();
  });

  async function sizes(): Promise<Readonly<Record<string, number>>> {
    const found: Record<string, number> = {};
    for (const name of await readdir(host.sandbox('a'))) {
      // Files are rotated away while they are looked at.
      const seen = await stat(join(host.sandbox('a'), name)).catch(() => undefined);
      if (seen !== undefined) found[name] = seen.size;
    }
    return found;
  }

  it('is within bounds when the task has ended, its end is kept', async () => {
    const executor = await host.open({ output });
    const value = 'seq 1 300000; seq 1 200000 >&2';
    const spec = taskSpec('a', { command: { kind: 'shell', value } });
    must(await executor.prepare(spec));
    must(await executor.start(spec.taskId));
    must(await executor.wait(spec.taskId));
    const found = await sizes();
    expect(Object.keys(found).sort()).to.deep.equal([
      ...['stderr', 'stderr.1', 'stdout', 'stdout.1'],
    ]);
    for (const size of Object.values(found)) expect(size).to.be.at.most(100_000);
    const stdout = (await host.read('a', 'stdout.1')) + (await host.read('a'));
    expect(stdout.endsWith('299999\n300000\n')).to.equal(true);
    await executor.close();
  });

  it('is rotated while the task writes on, also after the service was away', async () => {
    const value = 'i=0; while :; do i=$((i+1)); echo "line $i"; done';
    const spec = taskSpec('a', { command: { kind: 'shell', value } });
    const first = await host.open({ output });
    must(await first.prepare(spec));
    must(await first.start(spec.taskId));
    const rotated = async (): Promise<boolean> => 'stdout.1' in (await sizes());
    await until(rotated, 'the output is rotated');
    await first.close();
    const before = (await sizes())['stdout'] ?? 0;
    await until(
      async () => ((await sizes())['stdout'] ?? 0) > before + 200_000,
      'it grows on without the service',
    );
    const second = await host.open({ output });
    must(await second.adopt());
    await until(async () => ((await sizes())['stdout'] ?? 0) < 100_000, 'it is rotated again');
    expect((await sizes())['stdout.1']).to.be.at.most(100_000 + 2 ** 20);
    await second.close();
  });

  it('is left alone where it is unlimited', async () => {
    const executor = await host.open({ output: 'unlimited' });
    const spec = taskSpec('a', { command: { kind: 'shell', value: 'seq 1 300000' } });
    must(await executor.prepare(spec));
    must(await executor.start(spec.taskId));
    must(await executor.wait(spec.taskId));
    expect(Object.keys(await sizes()).sort()).to.deep.equal(['stderr', 'stdout']);
    await executor.close();
  });

  if (process.getuid?.() === 0) {
    it('belongs to the user of the task, also its older part', async () => {
      const executor = await host.open({ output });
      const command = { kind: 'shell', value: 'seq 1 300000' } as const;
      const spec = taskSpec('a', { command, user: 'nobody' });
      must(await executor.prepare(spec));
      must(await executor.start(spec.taskId));
      must(await executor.wait(spec.taskId));
      const [now, older] = await Promise.all(
        ['stdout', 'stdout.1'].map((name) => stat(join(host.sandbox('a'), name))),
      );
      expect(older?.uid).to.equal(now?.uid);
      expect(older?.uid).to.not.equal(0);
      await executor.close();
    });
  }
});
