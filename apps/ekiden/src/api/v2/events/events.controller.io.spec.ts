import type { AddressInfo } from 'node:net';
import { millis } from '@ekiden/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from 'chai';
import type { DomainEvent, NumberedEvent } from '../../../core/events/index.js';
import { EventFeed } from '../../../runtime/event-feed.js';
import { FakeService, NOW } from '../../fake-service.spec.js';
import { StreamClient } from './stream-client.spec.js';

const STREAM = { accept: 'text/event-stream' };

describe('GET /v2/events', () => {
  let service: FakeService;
  let outbox: NumberedEvent[];
  let feed: EventFeed;
  let server: NestFastifyApplication;
  let url: string;

  beforeEach(async () => {
    outbox = [];
    feed = new EventFeed({
      readStored: (after, limit) =>
        Promise.resolve(outbox.filter(({ number }) => number > after).slice(0, limit)),
    });
    feed.enter(0);
    service = new FakeService();
    service.events = feed;
    server = await service.serve();
    await server.listen(0, '127.0.0.1');
    const { port } = server.getHttpServer().address() as AddressInfo;
    url = `http://127.0.0.1:${port}/v2/events`;
  });

  afterEach(async () => {
    await server.close();
  });

  function commit(...events: readonly DomainEvent[]): void {
    const numbered = events.map((event, i) => ({
      number: outbox.length + i + 1,
      at: millis(NOW),
      event,
    }));
    outbox.push(...numbered);
    feed.publish(numbered);
  }

  function ended(appId: string): DomainEvent {
    return { type: 'app_terminated_event', appId };
  }

  const changed: DomainEvent = { type: 'group_change_success', groupId: '/', version: 'v' };

  it('answers with a stream that begins with its own attachment', async () => {
    const client = await StreamClient.open(url, STREAM);
    expect(client.status).to.equal(200);
    expect(client.headers).to.include({
      'content-type': 'text/event-stream;charset=utf-8',
      connection: 'close',
      'cache-control': 'no-cache, no-store, must-revalidate',
      'x-marathon-leader': 'http://node1:8080',
    });
    expect(client.headers).to.not.have.any.keys('content-encoding', 'etag', 'content-length');
    commit(ended('/a'));
    await client.until(({ ids }) => ids.length === 1);
    expect(client.text).to.equal(
      'event: event_stream_attached\r\n' +
        'data: {"remoteAddress":"127.0.0.1","eventType":"event_stream_attached",' +
        '"timestamp":"2021-03-04T05:06:10.080Z"}\r\n\r\n' +
        'id: 1\r\nevent: app_terminated_event\r\n' +
        'data: {"appId":"/a","eventType":"app_terminated_event",' +
        '"timestamp":"2021-03-04T05:06:10.080Z"}\r\n\r\n',
    );
    client.close();
  });

  it('sends nothing but the types that are named', async () => {
    const query = 'event_type=app_terminated_event&event_type=event_stream_detached';
    const client = await StreamClient.open(`${url}?${query}&plan-format=light`, STREAM);
    const other = await StreamClient.open(url, STREAM);
    commit(changed, ended('/a'), changed);
    await client.until(({ ids }) => ids.length === 1);
    other.close();
    await client.until(({ types }) => types.length === 2);
    expect(client.types).to.deep.equal(['app_terminated_event', 'event_stream_detached']);
    expect(client.ids).to.deep.equal([2]);
    client.close();
  });

  it('goes on where a client left, from the header or the URL', async () => {
    const first = await StreamClient.open(url, STREAM);
    commit(ended('/a'), changed);
    await first.until(({ ids }) => ids.length === 2);
    first.close();
    commit(ended('/b'), ended('/c'));
    const again = await StreamClient.open(`${url}?lastEventId=0`, {
      ...STREAM,
      'last-event-id': '2',
    });
    const all = await StreamClient.open(`${url}?lastEventId=0`, STREAM);
    commit(ended('/d'));
    await again.until(({ ids }) => ids.length === 3);
    await all.until(({ ids }) => ids.length === 5);
    expect([again.ids, all.ids]).to.deep.equal([
      [3, 4, 5],
      [1, 2, 3, 4, 5],
    ]);
    again.close();
    all.close();
  });

  for (const accept of [undefined, '*/*', 'text/event-stream, */*', 'text/event-stream;q=1']) {
    it(`is not there for a client that accepts ${accept ?? 'whatever'}`, async () => {
      const client = await StreamClient.open(url, accept === undefined ? {} : { accept });
      await client.until(() => client.ended === 'whole');
      expect([client.status, client.headers.allow]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
      expect(JSON.parse(client.text)).to.have.property('message').that.contains(STREAM.accept);
    });
  }

  it('is there when one of several Accept lines asks for it', async () => {
    const client = await StreamClient.open(url, { accept: ['text/html', 'text/event-stream'] });
    expect(client.status).to.equal(200);
    client.close();
  });

  it('refuses an id that is none', async () => {
    for (const id of ['abc', '-1', '99999999999999999']) {
      const client = await StreamClient.open(url, { ...STREAM, 'last-event-id': id });
      expect([id, client.status]).to.deep.equal([id, 400]);
      client.close();
    }
  });

  it('EVT-04: cuts a client that does not read, and none that does', async () => {
    const slow = await StreamClient.open(url, STREAM);
    const fast = await StreamClient.open(url, STREAM);
    slow.pause();
    // Far more than the socket buffers of both ends take.
    const large = `/${'x'.repeat(20_000)}`;
    const cut = (): boolean => service.log.some((line) => line.includes('event-stream-cut'));
    let sent = 0;
    while (!cut()) {
      expect(sent).to.be.lessThan(20_000);
      commit(...Array.from({ length: 200 }, () => ended(large)));
      sent += 200;
      await fast.until(({ text }) => text.includes(`id: ${sent}\r\n`) && text.endsWith('\r\n\r\n'));
      fast.text = '';
    }
    slow.close();
    expect(fast.ended).to.equal(undefined);
    fast.close();
  });

  it('ends its streams at once when the server closes', async () => {
    const client = await StreamClient.open(url, STREAM);
    await server.close();
    await client.until(() => client.ended !== undefined);
    expect(client.ended).to.equal('whole');
  });

  it('answers HEAD without a stream', async () => {
    const response = await fetch(url, { method: 'HEAD', headers: STREAM });
    expect([response.status, await response.text()]).to.deep.equal([200, '']);
  });
});
