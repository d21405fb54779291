import { expect } from 'chai';
import { DeferredJson } from './deferred-json.js';
import type { HttpAnswer } from './http-answer.js';
import { SnapshotCache } from './snapshot-cache.js';

describe('snapshot cache', () => {
  it('makes an answer once per turn and URL', () => {
    const cache = new SnapshotCache();
    const made: string[] = [];
    const ask = (turn: number, url: string) =>
      cache.answer(turn, url, () => {
        made.push(`${turn} ${url}`);
        return { url };
      });
    expect(ask(1, '/a')).to.equal(ask(1, '/a'));
    ask(1, '/b');
    ask(2, '/a');
    ask(2, '/a');
    expect(made).to.deep.equal(['1 /a', '1 /b', '2 /a']);
  });

  it('keeps nothing of an answer that cannot be made', () => {
    const cache = new SnapshotCache();
    const fail = (): never => {
      throw new Error('not found');
    };
    expect(() => cache.answer(1, '/a', fail)).to.throw('not found');
    expect(cache.answer(1, '/a', () => 1).body?.toString()).to.equal('1');
  });

  it('forgets the least recently used beyond its bound', () => {
    const cache = new SnapshotCache(3_000);
    const made: string[] = [];
    const ask = (url: string) =>
      cache.answer(1, url, () => {
        made.push(url);
        return 'x'.repeat(500);
      });
    for (const url of ['/a', '/b', '/a', '/c', '/a', '/b']) ask(url);
    expect(made).to.deep.equal(['/a', '/b', '/c', '/b']);
  });

  it('does not keep what exceeds the bound by itself', () => {
    const cache = new SnapshotCache(100);
    let made = 0;
    const ask = () => cache.answer(1, '/a', () => (made += 1));
    ask();
    ask();
    expect(made).to.equal(2);
  });
});

describe('snapshot cache of large bodies', () => {
  const large = (parts: number) => ({
    list: Array.from({ length: parts }, () => new DeferredJson(() => '1,'.repeat(49_999) + '1')),
  });
  const sent = async ({ body, stream }: HttpAnswer): Promise<string> => {
    if (body !== undefined) return body.toString();
    const chunks: Buffer[] = [];
    for await (const chunk of stream?.() ?? []) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };

  it('streams a body when it is first asked for, and has it in one piece afterwards', async () => {
    const cache = new SnapshotCache();
    let made = 0;
    const ask = (turn: number) =>
      cache.answer(turn, '/a', () => {
        made += 1;
        return large(10);
      });
    const first = ask(1);
    expect(first.body).to.equal(undefined);
    const text = await sent(first);
    const again = ask(1);
    expect(again.body?.toString()).to.equal(text);
    expect(JSON.parse(text)).to.deep.equal({ list: Array.from({ length: 500_000 }, () => 1) });
    expect(made).to.equal(1);
    expect(again.etag()).to.equal(first.etag());
    expect(ask(2).etag()).to.not.equal(first.etag());
  });

  it('streams what is larger than one piece each time', async () => {
    const cache = new SnapshotCache();
    const ask = () => cache.answer(1, '/a', () => large(50));
    const texts = await Promise.all([sent(ask()), sent(ask())]);
    expect(texts[0]).to.equal(texts[1]);
    expect(ask().body).to.equal(undefined);
    expect(await sent(ask())).to.equal(texts[0]);
  });

  it('makes what depends on the time anew', async () => {
    const cache = new SnapshotCache();
    let at = 0;
    const ask = () => cache.fresh(() => ({ at: (at += 1), ...large(10) }));
    expect((await sent(ask())).slice(0, 8)).to.equal('{"at":1,');
    expect((await sent(ask())).slice(0, 8)).to.equal('{"at":2,');
    expect(ask().etag()).to.equal(undefined);
  });
});
