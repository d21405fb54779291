import { expect } from 'chai';
import { formatResources, type Allocation } from '@ekiden/offers';
import { PlainAllocator } from './plain-allocator.js';
import { agentFacts, bag, frameworkIds } from './shapes.js';

const TOTAL = bag('cpus:4;mem:1024;ports:[1-10]');

/** Agents of which so much is used by `framework1`. */
function plain(frameworks: number, ...used: readonly string[]): PlainAllocator {
  const ids = frameworkIds(frameworks);
  const allocator = new PlainAllocator(ids);
  for (const [at, text] of used.entries()) {
    const first = { frameworkId: ids[0] ?? 'none', resources: bag(text) };
    allocator.addAgent(agentFacts(at + 1, TOTAL).id, TOTAL, first as never);
  }
  return allocator;
}

const show = ({ frameworkId, agentId, resources }: Allocation): string =>
  `${agentId} to ${frameworkId}: ${formatResources(resources)}`;

describe('the plain allocator', () => {
  it('offers what is free of an agent, whole', () => {
    const [offer] = plain(1, 'cpus:1;mem:24;ports:[3-4]').allocate();
    expect(offer === undefined ? '' : show(offer)).to.equal(
      'agent1 to framework1: cpus:3;mem:1000;ports:[1-2,5-10]',
    );
  });

  it('offers to the poorest, who are richer with every offer', () => {
    const made = plain(3, 'cpus:1', '', '').allocate();
    const takers = made.map(({ frameworkId }) => frameworkId);
    expect(takers.slice(0, 2)).to.deep.equal(['framework2', 'framework3']);
  });

  it('offers nothing of what is taken', () => {
    const allocator = plain(2, '', '');
    expect(allocator.allocate().length).to.equal(2);
    expect(allocator.allocate()).to.deep.equal([]);
  });

  it('passes over who declined for good, until nobody is left', () => {
    const allocator = plain(2, '');
    const takers: string[] = [];
    for (let offers = allocator.allocate(); offers.length > 0; offers = allocator.allocate()) {
      for (const offer of offers) {
        takers.push(offer.frameworkId);
        allocator.decline(offer, true);
      }
    }
    expect(takers).to.deep.equal(['framework2', 'framework1']);
  });

  it('offers again what was declined without a filter', () => {
    const allocator = plain(1, '');
    const [offer] = allocator.allocate();
    if (offer !== undefined) allocator.decline(offer, false);
    expect(allocator.allocate().length).to.equal(1);
  });

  it('keeps too little to itself', () => {
    expect(plain(1, 'cpus:4;mem:1000').allocate()).to.deep.equal([]);
  });
});
