import { expect } from 'chai';
import { millis, seconds } from '@ekiden/kernel';
import { serveOnSocket, type UnixServer } from '../testing/index.js';
import { Engine } from './engine.js';
import { execInContainer } from './exec-in-container.js';

describe('A command inside a container', () => {
  let server: UnixServer;
  let engine: Engine;
  /** What the engine says of the command, one after the other; the last one for ever. */
  let states: ({ readonly ExitCode: number | null } | 'gone')[];
  let looks: number;

  beforeEach(async () => {
    looks = 0;
    server = await serveOnSocket((request, answer) => {
      request.resume();
      const { url } = request;
      if (url === '/containers/c1/exec') answer.writeHead(201).end('{"Id":"e1"}');
      else if (url === '/exec/e1/start') answer.end();
      else {
        const state = states[Math.min(looks, states.length - 1)];
        looks += 1;
        if (state === 'gone') answer.destroy();
        else answer.end(JSON.stringify(state));
      }
    });
    engine = new Engine({ kind: 'unix', socketPath: server.socketPath });
  });

  afterEach(() => server.close());

  const run = (timeout = seconds(10)): ReturnType<typeof execInContainer> =>
    execInContainer(engine, 'c1', 'true', timeout);

  it('is asked for its exit code until the engine has heard of it', async () => {
    states = [{ ExitCode: null }, { ExitCode: null }, { ExitCode: 3 }];
    expect(await run()).to.deep.equal({ ok: true, value: { exitCode: 3 } });
    expect(looks).to.equal(3);
  });

  it('is not asked for longer than it may take', async () => {
    states = [{ ExitCode: null }];
    expect(await run(millis(100))).to.deep.equal({ ok: true, value: { exitCode: null } });
    expect(looks).to.be.within(2, 10);
  });

  it('has an unknown end when the engine goes away', async () => {
    states = ['gone'];
    const outcome = await run();
    expect(outcome.ok ? undefined : outcome.error.kind).to.equal('engineGone');
  });
});
