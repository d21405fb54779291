import { expect } from 'chai';
import { BoundedQueue } from './bounded-queue.js';

describe('a bounded queue', () => {
  it('hands everything on in order, to its end', async () => {
    const queue = new BoundedQueue<number>(100);
    void queue.push(1);
    void queue.push(2);
    const read: number[] = [];
    const reading = (async (): Promise<void> => {
      for await (const item of queue) read.push(item);
    })();
    void queue.push(3);
    await Promise.resolve();
    void queue.push(4);
    queue.end();
    await reading;
    expect(read).to.deep.equal([1, 2, 3, 4]);
  });

  it('holds a writer up until its reader has caught up', async () => {
    const queue = new BoundedQueue<number>(2);
    await queue.push(1);
    let isFree = false;
    const held = queue.push(2).then(() => {
      isFree = true;
    });
    await Promise.resolve();
    expect(isFree).to.equal(false);
    const reader = queue[Symbol.asyncIterator]();
    expect((await reader.next()).value).to.equal(1);
    await held;
  });

  it('lets its writers go when its reader has stopped', async () => {
    const queue = new BoundedQueue<number>(1);
    const held = queue.push(1);
    const reader = queue[Symbol.asyncIterator]();
    await reader.next();
    await reader.return(undefined);
    await held;
    await queue.push(2);
  });
});
