import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { setRole, sleeper, until, useStage } from '../support/index.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

interface Line {
  readonly op?: string;
  readonly event?: string;
}

function linesOf(text: string): readonly Line[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Plays a trace again; a line that cannot be played is an `error` event. */
function replay(trace: string): readonly Line[] {
  return linesOf(
    execFileSync('npm', ['run', '-s', 'offers', '--', 'replay'], {
      cwd: REPOSITORY,
      input: trace,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    }),
  );
}

describe('Recording the allocator', () => {
  const stage = useStage();
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ekiden-trace-'));
  });

  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('writes a trace that replays without an error, and one for each term', async () => {
    const path = join(dir, 'trace.jsonl');
    const service = await stage.start({
      env: {
        EKIDEN_SIMULATED_AGENTS: '3',
        EKIDEN_AGENT_RESOURCES: 'cpus:4;mem:1024;ports:[31000-31099]',
        EKIDEN_RECORD_FILE: path,
      },
    });
    await setRole(service.api, 'dev', { weight: 2, quota: { limits: { cpus: 2 } } });
    const wish = { ...sleeper('/dev/web', 4, { role: 'dev', cpus: 1 }) };
    await service.api.ask('POST', '/v2/apps', wish);
    await until(
      async () => (await service.api.app('/dev/web')).tasksRunning === 2,
      'two instances',
    );
    await service.stop();
    const first = readFileSync(path, 'utf8');
    const ops = new Set(linesOf(first).map(({ op }) => op));
    for (const op of ['configure', 'addAgent', 'addFramework', 'setQuota', 'ask', 'allocate']) {
      expect(ops).to.include(op);
    }
    const played = replay(first);
    expect(played.filter(({ event }) => event === 'error')).to.deep.equal([]);
    expect(played.filter(({ event }) => event === 'offer').length).to.be.at.least(1);

    await service.start();
    await service.stop();
    expect(readFileSync(`${path}.previous`, 'utf8')).to.equal(first);
    const errors = replay(readFileSync(path, 'utf8')).filter(({ event }) => event === 'error');
    expect(errors).to.deep.equal([]);
  });

  it('goes on without it when the file cannot be written', async () => {
    const service = await stage.start({
      env: { EKIDEN_SIMULATED_AGENTS: '1', EKIDEN_RECORD_FILE: '/proc/nowhere/trace.jsonl' },
    });
    await service.api.ask('POST', '/v2/apps', sleeper('/web', 1));
    await service.settled('/web', 1);
    expect(service.log.match(/recording-stopped/g)).to.have.length(1);
  });
});
