import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';

import { ask, F, G, kinds, offersIn, Stage } from '../../testing/master-stage.js';

const ASKS = { capabilities: ['ASKS' as const] };

describe('leases of offers', () => {
  it('end after 30 s without an answer, and the offer is made again', () => {
    const stage = new Stage();
    stage.agent('A');
    const offer = stage.offer(stage.subscribe());
    expect(offer.leaseEnd).to.equal(stage.now + 30_000);
    expect(stage.begin().nextDeadline()).to.equal(offer.leaseEnd);
    expect(stage.wait(29)).to.deep.equal([]);
    expect(kinds(stage.wait(1))).to.deep.equal(['rescind', 'offers']);
    expect(stage.master.state.offers.size).to.equal(1);
  });

  it('are renewed for one more, as often as wanted', () => {
    const stage = new Stage();
    stage.agent('A');
    const offer = stage.offer(stage.subscribe());
    for (let n = 0; n < 3; n += 1) {
      stage.wait(25);
      expect(stage.call({ kind: 'renew', offerIds: [offer.id] })).to.deep.equal([]);
    }
    expect(stage.wait(29)).to.deep.equal([]);
    expect(stage.master.state.offers.get(offer.id)?.leaseEnd).to.equal(stage.now + 1000);
    expect(kinds(stage.wait(1))).to.deep.equal(['rescind', 'offers']);
  });

  it('are still due when the turn that ended them is dropped', () => {
    const stage = new Stage();
    stage.agent('A');
    stage.subscribe();
    stage.now = (stage.now + 30_000) as typeof stage.now;
    stage.begin().allocate(10);
    expect(kinds(stage.turn())).to.deep.equal(['rescind', 'offers']);
  });

  it('can be for ever, as in Mesos by default', () => {
    const stage = new Stage({ lease: 'never' });
    stage.agent('A');
    expect(stage.offer(stage.subscribe())).not.to.have.property('leaseEnd');
    expect(stage.wait(1_000_000)).to.deep.equal([]);
    expect(stage.begin().nextDeadline()).to.equal(undefined);
  });

  it('take offers from a framework that sits on them, for one that has a use for them', () => {
    const stage = new Stage();
    stage.agent('A');
    stage.agent('B');
    expect(offersIn(stage.subscribe(F))).to.have.length(2);
    expect(stage.subscribe(G)).to.deep.equal([]);
    expect(stage.wait(15, G)).to.deep.equal([]);
    const got = offersIn(stage.wait(15, G));
    expect(got.length).to.be.greaterThan(0);
    expect(kinds(stage.heard.get(F) ?? []).filter((kind) => kind === 'rescind')).to.have.length(2);
  });

  it('are asked back early, once, when somebody with asks waits', () => {
    const stage = new Stage({ askBackAfter: seconds(10) });
    stage.agent('A');
    const offer = stage.offer(stage.subscribe(F));
    stage.wait(10);
    stage.subscribe(G, ['*'], ASKS);
    const events = stage.turn((turn) => {
      turn.call(G, { kind: 'ask', asks: [ask('a', 1, 1)] });
    });
    expect(events).to.deep.equal([{ kind: 'wantedBack', offerIds: [offer.id] }]);
    expect(stage.wait(1)).to.deep.equal([]);
    const filters = { refuseSeconds: 60 };
    stage.call({ kind: 'decline', offerIds: [offer.id], filters, reason: 'no use for it' });
    expect(offersIn(stage.heard.get(G) ?? [])).to.have.length(1);
  });
});

describe('a poor framework that only declines', () => {
  it('does not starve a rich hungry one: without asks it is not even asked', () => {
    const stage = new Stage();
    stage.agent('A', 'cpus:8;mem:1024');
    stage.subscribe(F, ['*'], ASKS);
    stage.subscribe(G, ['*'], ASKS);
    const first = stage.call({ kind: 'ask', asks: [ask('a', 1, 9)] });
    stage.launch([stage.offer(first)], ['T', 'cpus:7']);
    // G has nothing and so comes first by its share, but it wants nothing.
    expect(stage.heard.get(G)).to.deep.equal([]);
    expect(offersIn(stage.wait(6))).to.have.length(1);
    expect(stage.heard.get(G)).to.deep.equal([]);
  });

  it('and that has no asks to declare steps back for as long as it declines', () => {
    const stage = new Stage();
    stage.agent('A', 'cpus:8;mem:1024');
    const whole = stage.offer(stage.subscribe(F));
    stage.launch([whole], ['T', 'cpus:7']);
    stage.subscribe(G);
    for (let round = 0; round < 3; round += 1) {
      for (const offer of stage.master.state.offers.by('framework', G)) {
        const filters = { refuseSeconds: 3600 };
        stage.call({ kind: 'decline', offerIds: [offer.id], filters, reason: 'too small' }, G);
      }
      stage.wait(6);
    }
    const [offer] = stage.master.state.offers.values();
    expect(offer?.frameworkId).to.equal(F);
  });
});
