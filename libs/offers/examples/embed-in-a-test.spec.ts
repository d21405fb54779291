import { formatResources } from '@ekiden/offers';
import { expect } from 'chai';

import { firstTurn, resources } from './embed-in-a-test.js';

describe('the library embedded in a test', () => {
  it('offers the host of the first turn', () => {
    const told = firstTurn(resources('cpus:4;mem:1024;ports:[31000-31009]'));
    const offers = told.flatMap((event) => (event.kind === 'offers' ? event.offers : []));
    expect(offers.map((offer) => `${offer.hostname} ${formatResources(offer.resources)}`)).to.eql([
      'h1.local cpus:4;mem:1024;ports:[31000-31009]',
    ]);
  });

  it('says the same again for the same seed', () => {
    const pool = resources('cpus:4');
    expect(firstTurn(pool)).to.deep.equal(firstTurn(pool));
  });
});
