import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '@ekiden/host/contract';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import { containerSpec, DockerStage, TestEngine } from '../testing/index.js';
import { Engine } from './engine.js';
import type { EngineAddress } from './engine-address.js';

const shell = (value: string) => ({ kind: 'shell', value }) as const;

describe('An engine over TLS', () => {
  let testEngine: TestEngine;
  let stage: DockerStage;
  let address: Extract<EngineAddress, { kind: 'tcp' }>;

  before(async () => {
    testEngine = await TestEngine.make({ tls: true });
    const { url = '', certPath = '' } = testEngine.tls ?? {};
    const { hostname: host, port } = new URL(url);
    address = { kind: 'tcp', host, port: Number(port), certificates: certPath };
    stage = await DockerStage.make(testEngine.socketPath, {
      engine: new Engine(address),
      // Only events tell that something has ended: nobody looks in the time of a test.
      executor: { tempo: { lookEvery: seconds(1_000) } },
    });
  });

  after(async () => {
    await stage.dispose();
    await testEngine.dispose();
  });

  it('says of itself what an agent is made of', async () => {
    const info = await stage.engine.info();
    const theirs = (await testEngine.docker.info()) as { readonly ID: string };
    expect(info.ok && info.value.id).to.equal(theirs.ID);
    const gateway = await stage.engine.bridgeGateway();
    expect(gateway.ok && gateway.value).to.equal(testEngine.bridgeAddress);
  });

  it('runs a task from its files to its removal', async () => {
    await writeFile(join(stage.folder, 'data'), 'some data\n');
    const executor = await stage.open();
    const taskId = 'over-tls' as TaskId;
    const command = shell(
      'cat /mnt/mesos/sandbox/data; trap "exit 143" TERM; while :; do sleep 0.05; done',
    );
    const fetch = [{ uri: 'data', extract: false, executable: false, cache: false }];
    must(await executor.prepare(containerSpec(taskId, { command, fetch })));
    must(await executor.start(taskId));
    expect(must(await executor.exec(taskId, 'exit 4', seconds(10))).exitCode).to.equal(4);
    await executor.close();

    const next = await stage.open();
    expect(must(await next.adopt())[0]).to.include({ taskId, phase: 'running' });
    must(await next.shutdown(taskId, seconds(10)));
    expect(must(await next.wait(taskId)).exitCode).to.equal(143);
    must(await next.remove(taskId));
    expect(await stage.output(taskId)).to.equal('some data\n');
    expect(await stage.containers()).to.deep.equal([]);
  });

  it('sees an end without asking for it', async () => {
    const executor = await stage.open();
    const taskId = 'ends' as TaskId;
    must(await executor.prepare(containerSpec(taskId, { command: shell('sleep 0.3; exit 7') })));
    must(await executor.start(taskId));
    expect(must(await executor.wait(taskId)).exitCode).to.equal(7);
  });

  it('does not speak to a client without a certificate', async () => {
    const { host, port } = address;
    const plain = await new Engine({ kind: 'tcp', host, port }).ping(millis(2_000));
    expect(plain.ok).to.equal(false);
  });
});
