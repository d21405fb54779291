import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import type { NumberedEvent } from '../core/events/index.js';
import type { EventNews } from '../ports/index.js';
import { EventFeed } from './event-feed.js';
import { EventRing } from './event-ring.js';

function event(number: number): NumberedEvent {
  return {
    number,
    at: millis(number),
    event: { type: 'app_terminated_event', appId: `/app-${number}` },
  };
}

function events(first: number, last: number): readonly NumberedEvent[] {
  return Array.from({ length: last - first + 1 }, (_, i) => event(first + i));
}

function numbers(list: readonly NumberedEvent[] | undefined): readonly number[] | undefined {
  return list?.map(({ number }) => number);
}

/** A feed over an outbox that holds `stored`, with every read of it on record. */
function feedOver(stored: readonly NumberedEvent[], ringMax = 3) {
  const reads: string[] = [];
  const feed = new EventFeed({
    ringMax,
    readStored: (after, limit) => {
      reads.push(`${after}+${limit}`);
      const found = stored.filter(({ number }) => number > after).slice(0, limit);
      return Promise.resolve(found);
    },
  });
  return { feed, reads };
}

describe('the event ring', () => {
  it('keeps the newest, and knows what it has lost', () => {
    const ring = new EventRing({ countMax: 3, weightMax: 100 });
    ring.add(events(1, 2));
    ring.add(events(3, 5));
    expect(numbers(ring.after(2, 10))).to.deep.equal([3, 4, 5]);
    expect(numbers(ring.after(3, 1))).to.deep.equal([4]);
    expect(ring.after(1, 10)).to.equal(undefined);
    expect(ring.after(5, 10)).to.equal(undefined);
  });

  it('keeps fewer of heavy ones', () => {
    const ring = new EventRing({ countMax: 100, weightMax: 10 });
    const actions = Array.from({ length: 8 }, () => ({
      action: 'StartApplication' as const,
      app: '/a',
    }));
    const plan = { id: 'd', version: 'v', steps: [{ actions }] };
    ring.add([
      { number: 1, at: millis(1), event: { type: 'deployment_success', id: 'd', plan } },
      { number: 2, at: millis(2), event: { type: 'deployment_success', id: 'd', plan } },
    ]);
    expect(numbers(ring.after(1, 10))).to.deep.equal([2]);
    expect(ring.after(0, 10)).to.equal(undefined);
  });

  it('refuses a gap', () => {
    const ring = new EventRing({ countMax: 3, weightMax: 100 });
    ring.add(events(1, 2));
    expect(() => {
      ring.add(events(4, 4));
    }).to.throw('a gap');
  });
});

describe('the event feed', () => {
  it('knows no last event and gives none while this process does not lead', async () => {
    const { feed, reads } = feedOver(events(1, 5));
    feed.publish(events(1, 1));
    expect([feed.lastNumber(), await feed.read(0, 10)]).to.deep.equal([undefined, []]);
    feed.enter(5);
    expect(feed.lastNumber()).to.equal(5);
    feed.leave();
    expect([feed.lastNumber(), await feed.read(0, 10), reads]).to.deep.equal([undefined, [], []]);
  });

  it('tells of committed turns and of new terms, until it is told to stop', () => {
    const { feed } = feedOver([]);
    const heard: [EventNews, number | undefined][] = [];
    const stop = feed.subscribe((news) => heard.push([news, feed.lastNumber()]));
    feed.enter(7);
    feed.publish(events(8, 9));
    feed.publish([]);
    stop();
    feed.publish(events(10, 10));
    expect(heard).to.deep.equal([
      ['recovered', 7],
      ['committed', 9],
    ]);
  });

  it('serves the newest from memory and the rest from the outbox', async () => {
    const { feed, reads } = feedOver(events(1, 8));
    feed.enter(5);
    feed.publish(events(6, 8));
    expect(numbers(await feed.read(5, 10))).to.deep.equal([6, 7, 8]);
    expect(await feed.read(8, 10)).to.deep.equal([]);
    expect(reads).to.deep.equal([]);
    expect(numbers(await feed.read(3, 2))).to.deep.equal([4, 5]);
    expect(reads).to.deep.equal(['3+2']);
  });

  it('does not show what is stored and not yet published', async () => {
    const { feed } = feedOver(events(1, 8));
    feed.enter(5);
    expect(numbers(await feed.read(3, 10))).to.deep.equal([4, 5]);
  });

  it('finds in the outbox what a commit of unknown outcome has left there', async () => {
    const { feed } = feedOver(events(1, 8));
    feed.enter(5);
    feed.publish(events(6, 6));
    feed.leave();
    feed.enter(8);
    expect(numbers(await feed.read(6, 10))).to.deep.equal([7, 8]);
  });

  it('asks the outbox once for readers at the same place', async () => {
    const { feed, reads } = feedOver(events(1, 8));
    feed.enter(8);
    const [first, second] = await Promise.all([feed.read(2, 3), feed.read(2, 3)]);
    expect(first[0]).to.equal(second[0]);
    await feed.read(2, 3);
    expect(reads).to.deep.equal(['2+3', '2+3']);
  });
});
