import { setTimeout as delay } from 'node:timers/promises';
import { sleeper, useStage, type TestService } from '../support/index.js';

/** Milliseconds after it listens: making the database, starting it, the migrations. */
const MOMENTS = [0, 150, 400, 700];

describe('SIGKILL during the very first start', () => {
  const stage = useStage();

  let service: TestService;

  beforeEach('kill it at one moment after the other', async () => {
    service = stage.service();
    for (const moment of MOMENTS) {
      await service.launch();
      await delay(moment);
      await service.kill();
    }
  });

  it('leaves nothing behind that keeps the next start from working', async () => {
    await service.start();
    await service.api.ask('POST', '/v2/apps', sleeper('/web', 1));
    await service.settled('/web', 1);
  });
});
