import { expect } from 'chai';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestEngine } from '@ekiden/host-docker/testing';
import { until, useStage, type TestService } from '../support/index.js';
import { answeringApp, textAt } from './container-apps.js';
import { containersOf } from './containers.js';
import { useEngines } from './engines.js';

describe('An engine that asks for certificates', () => {
  const stage = useStage();
  const engines = useEngines(2, { tls: true });

  function tlsOf(engine: TestEngine | undefined) {
    if (engine?.tls === undefined) throw new Error('an engine without certificates');
    return engine.tls;
  }

  function start(entry: string): Promise<TestService> {
    return stage.start({ env: { EKIDEN_DOCKER_HOSTS: entry } });
  }

  function said(service: TestService, words: string): Promise<boolean> {
    return until(() => new RegExp(words).test(service.log), `"${words}" in the log`);
  }

  it('runs containers for a client that has one, and they answer at its address', async () => {
    const [engine] = engines();
    const { url, certPath } = tlsOf(engine);
    const services = engine?.hostAddress ?? '';
    const service = await start(`${url}?cert=${certPath}&services=${services}`);
    await service.api.ask('POST', '/v2/apps', answeringApp('/web', 2, 'echo "$MESOS_TASK_ID"'));
    const { tasks } = await service.settled('/web', 2);
    for (const { id, host, ports } of tasks) {
      expect(host).to.equal(engine?.address);
      await until(async () => (await textAt(host, ports[0] ?? 0)) === id, `an answer of ${id}`);
    }
    await service.kill();
    await service.start();
    await service.api.ask('DELETE', '/v2/apps/web');
    await until(
      async () => engine !== undefined && (await containersOf(engine.docker, service)).length === 0,
      'an empty engine',
    );
  });

  it('refuses everybody else, and the log says which engine and what is wrong', async () => {
    const [engine, other] = engines();
    const { url, certPath } = tlsOf(engine);
    const { url: otherUrl, certPath: otherPath } = tlsOf(other);
    const home = stage.service().home.dir;
    // The engine's own authority, and a certificate that another one has signed.
    copyFileSync(join(certPath, 'ca.pem'), join(home, 'ca.pem'));
    for (const file of ['cert.pem', 'key.pem']) {
      copyFileSync(join(otherPath, file), join(home, file));
    }
    const service = await start(
      [
        `${url}?cert=${home}`,
        `${otherUrl}?cert=${certPath}`,
        'tcp://127.0.0.1:2376?cert=/nowhere/certificates',
        url,
      ].join(' '),
    );
    await said(service, `Docker engine at ${url} does not answer yet: .*bad certificate`);
    await said(service, `Docker engine at ${otherUrl} does not answer yet: .*certificate`);
    await said(service, 'TLS files cannot be read: .*/nowhere/certificates/ca\\.pem');
    await said(service, `Docker engine at ${url} does not answer yet: .*HTTPS server`);
  });
});
