import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Client } from '../client/index.js';
import { Outcomes } from './outcomes.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers each request for events by the next of `answers`, later ones by the last. */
async function serve(answers: readonly Answer[]): Promise<{ server: Server; client: Client }> {
  let count = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(count, answers.length - 1)];
    count += 1;
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  return { server, client: new Client({ base, shown: base }) };
}

function frame(id: number, type: string, data: object): string {
  return `id: ${id}\r\nevent: ${type}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`;
}

const STREAM = { 'content-type': 'text/event-stream' };

describe('the ends of deployments, as the event stream tells them', () => {
  let server: Server | undefined;
  let outcomes: Outcomes | undefined;

  afterEach('close the stream', () => {
    outcomes?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  async function heard(id: string): Promise<void> {
    while (outcomes?.of(id) === undefined) await outcomes?.news(1_000);
  }

  it('resume behind the last event after a break', async () => {
    const resumed: (string | undefined)[] = [];
    const made = await serve([
      (request, response) => {
        resumed.push(request.headers['last-event-id'] as string | undefined);
        response.writeHead(200, STREAM).end(frame(41, 'deployment_success', { id: 'one' }));
      },
      (request, response) => {
        resumed.push(request.headers['last-event-id'] as string | undefined);
        response.writeHead(200, STREAM);
        response.write(frame(42, 'deployment_failed', { id: 'two', reason: 'cancelled' }));
      },
    ]);
    server = made.server;
    outcomes = new Outcomes(made.client);
    await outcomes.ready();
    await heard('two');
    expect(outcomes.of('one')).to.deep.equal({ success: true });
    expect(outcomes.of('two')).to.deep.equal({ success: false, reason: 'cancelled' });
    expect(resumed).to.deep.equal([undefined, '41']);
    expect(outcomes.live).to.equal(true);
  });

  it('are left to those who look where there is no stream', async () => {
    const made = await serve([(_request, response) => response.writeHead(404).end('{}')]);
    server = made.server;
    outcomes = new Outcomes(made.client);
    await outcomes.ready();
    expect(outcomes.live).to.equal(false);
  });

  it('ask for exactly the events of deployments and instances', async () => {
    let asked = '';
    let accept: string | undefined;
    const made = await serve([
      (request, response) => {
        asked = request.url ?? '';
        accept = request.headers.accept;
        response.writeHead(200, STREAM);
        response.write('\r\n');
      },
    ]);
    server = made.server;
    outcomes = new Outcomes(made.client, '0');
    await outcomes.ready();
    expect(asked).to.match(/^\/v2\/events\?event_type=deployment_info&event_type=/);
    expect(accept).to.equal('text/event-stream');
  });
});
