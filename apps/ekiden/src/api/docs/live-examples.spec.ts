import { expect } from 'chai';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  DEPLOYMENT_ID,
  FakeService,
  VERSION_TEXT,
  definition,
  running,
} from '../fake-service.spec.js';
import { PLACEHOLDERS } from './placeholders.js';

describe('live examples', () => {
  const service = new FakeService();
  let server: NestFastifyApplication;

  before(async () => {
    server = await service.serve();
  });

  after(async () => {
    await server.close();
  });

  it('name the task, the deployment and the versions that there are', async () => {
    service.reset();
    const hello = service.put(definition('/hello'));
    const { task } = service.run(hello, 'Running');
    service.rows.deployments.put(DEPLOYMENT_ID, running(hello));
    const { payload } = await server.inject('/openapi.json?examples=live');
    expect(payload)
      .to.include(task?.id ?? 'no task')
      .and.to.include(DEPLOYMENT_ID);
    expect(payload).to.include(VERSION_TEXT);
    expect(payload).not.to.include(PLACEHOLDERS.groupVersion);
  });

  it('stay as they are where there is nothing, and when nobody asks for live ones', async () => {
    service.reset();
    service.ready = false;
    const plain = (await server.inject('/openapi.json')).payload;
    expect((await server.inject('/openapi.json?examples=live')).payload).to.equal(plain);
    service.ready = true;
    expect((await server.inject('/openapi.json')).payload).to.equal(plain);
    expect(plain).to.include(PLACEHOLDERS.groupVersion);
  });
});
