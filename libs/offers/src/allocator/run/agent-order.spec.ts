import { expect } from 'chai';
import fc from 'fast-check';

import { hashOf } from '../books/index.js';
import { AgentOrder, agentOrder } from './agent-order.js';

const agent = (id: string): { readonly id: string; readonly hash: number } => ({
  id,
  hash: hashOf(id),
});
const anyIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 200 });
const anySalt = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('the order of agents in a run', () => {
  it('does not depend on where they stood, nor on who is left out', () => {
    fc.assert(
      fc.property(anyIds, anySalt, fc.func(fc.boolean()), (ids, salt, keep) => {
        const whole = agentOrder(ids.map(agent), salt).map(({ id }) => id);
        const turned = agentOrder([...ids].reverse().map(agent), salt).map(({ id }) => id);
        expect(turned).to.deep.equal(whole);
        const part = agentOrder(ids.filter((id) => keep(id)).map(agent), salt);
        expect(part.map(({ id }) => id)).to.deep.equal(whole.filter((id) => keep(id)));
      }),
    );
  });

  it('gives those it has not come to, each once', () => {
    fc.assert(
      fc.property(anyIds, anySalt, fc.nat(200), (ids, salt, most) => {
        const whole = agentOrder(ids.map(agent), salt).map(({ id }) => id);
        const place = Math.min(most, ids.length);
        const order = new AgentOrder(ids.map(agent), salt);
        const rest = order.from(place).map(({ id }) => id);
        expect(rest.sort()).to.deep.equal(whole.slice(place).sort());
      }),
    );
  });

  it('puts agents whose keys are equal in the order of their ids', () => {
    const same = ['c', 'a', 'b'].map((id) => ({ id, hash: 7 }));
    expect(agentOrder(same, 99).map(({ id }) => id)).to.deep.equal(['a', 'b', 'c']);
  });

  it('gives every agent about the same chance to be first', () => {
    const agents = Array.from({ length: 8 }, (_, n) => agent(`agent${n}`));
    const first = new Map<string, number>();
    for (let salt = 0; salt < 8000; salt += 1) {
      const id = agentOrder(agents, Math.imul(salt, 0x9e3779b1) >>> 0)[0]?.id ?? '';
      first.set(id, (first.get(id) ?? 0) + 1);
    }
    expect(first.size).to.equal(8);
    for (const count of first.values()) expect(count).to.be.within(800, 1200);
  });
});
