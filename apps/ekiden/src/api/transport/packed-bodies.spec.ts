import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { PackedBodies } from './packed-bodies.js';

const MB = 1024 * 1024;

function pass(bodies: PackedBodies, key: string, chunks: readonly Buffer[]): Promise<Buffer> {
  return buffer(Readable.from(chunks).pipe(bodies.keeper(key)));
}

describe('packed bodies', () => {
  it('are kept once all of them has passed', async () => {
    const bodies = new PackedBodies();
    const passed = await pass(bodies, 'a', [Buffer.from('one'), Buffer.from('two')]);
    expect(passed.toString()).to.equal('onetwo');
    expect(bodies.find('a')?.toString()).to.equal('onetwo');
    expect(bodies.find('b')).to.equal(undefined);
    const broken = Readable.from([Buffer.from('x')]).pipe(bodies.keeper('broken'));
    broken.destroy();
    expect(bodies.find('broken')).to.equal(undefined);
  });

  it('pass without being kept when they are large, and make room for each other', async () => {
    const bodies = new PackedBodies();
    const large = await pass(bodies, 'large', [Buffer.alloc(10 * MB), Buffer.alloc(7 * MB)]);
    expect(large.length).to.equal(17 * MB);
    expect(bodies.find('large')).to.equal(undefined);
    for (const key of ['a', 'b', 'c']) await pass(bodies, key, [Buffer.alloc(12 * MB)]);
    expect(bodies.find('a')).to.equal(undefined);
    expect(bodies.find('b')?.length).to.equal(12 * MB);
    expect(bodies.find('c')?.length).to.equal(12 * MB);
  });
});
