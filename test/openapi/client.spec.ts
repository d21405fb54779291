import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { useService } from '../support/index.js';

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(REPOSITORY, 'examples/typescript-client');

/** A failed program says why in what it printed. */
async function node(...args: readonly string[]): Promise<string> {
  try {
    return (await run(process.execPath, [...args], { cwd: REPOSITORY })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
  }
}

describe('A client generated from the API document', () => {
  const service = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ekiden-client-'));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const name of ['deploy.ts', 'tsconfig.json']) {
      copyFileSync(join(EXAMPLE, name), join(folder, name));
    }
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is generated from what a service serves', async () => {
    const out = join(folder, 'ekiden-api.ts');
    const said = await node(join(EXAMPLE, 'generate.mjs'), '--url', service().url, '--out', out);
    expect(said).to.match(/^wrote .*ekiden-api\.ts: \d{4,} lines$/m);
  });

  it('compiles with all that is strict', async () => {
    await node(join(REPOSITORY, 'node_modules/typescript/bin/tsc'), '-p', folder);
  });

  it('drives a deployment: creates, follows, lists, scales and removes', async () => {
    const lines = (await node(join(folder, 'out/deploy.js'), service().url)).trim().split('\n');
    const tasks = lines.filter((line) => line.endsWith('TASK_RUNNING'));
    expect(tasks).to.have.length(2);
    expect(lines.slice(-2)[0]).to.match(/^step |^3 of 3 run$/);
    expect(lines).to.include('3 of 3 run');
    expect(lines.at(-1)).to.equal("App '/typed-hello' does not exist");
  });
});
