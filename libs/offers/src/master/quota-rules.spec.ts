import { expect } from 'chai';

import type { Quota } from '../allocator/index.js';
import { limits, NO_QUANTITIES, quantities } from '../resources/index.js';
import { quotaViolations, type QuotaAdmission, type QuotaViolation } from './quota-rules.js';

type Units = Readonly<Record<string, number>>;

function quota(guarantees: Units, bounds: Units = {}): Quota {
  return { guarantees: quantities(guarantees), limits: limits(bounds) };
}

function violations(changed: Partial<QuotaAdmission>): readonly QuotaViolation[] {
  return quotaViolations({
    role: 'Q',
    quota: quota({}),
    quotas: new Map(),
    capacity: quantities({ cpus: 10, mem: 1000 }),
    used: NO_QUANTITIES,
    force: false,
    ...changed,
  });
}

describe('admission of quotas (offer-core 2.9)', () => {
  it('takes the default quota, and one that fits', () => {
    expect(violations({})).to.deep.equal([]);
    expect(violations({ quota: quota({ cpus: 10 }, { cpus: 10 }) })).to.deep.equal([]);
  });

  it('refuses a guarantee above its limit, forced or not (ADM-09)', () => {
    const wrong = { quota: quota({ cpus: 2, mem: 5 }, { cpus: 1 }), force: true };
    expect(violations(wrong)).to.deep.equal([
      { kind: 'guaranteeAboveLimit', name: 'cpus', guarantee: 2000, limit: 1000 },
    ]);
  });

  it('refuses guarantees that the cluster cannot keep, unless forced', () => {
    const wish = { quota: quota({ cpus: 4 }), quotas: new Map([['N', quota({ cpus: 7 })]]) };
    expect(violations(wish)).to.deep.equal([
      { kind: 'aboveCapacity', name: 'cpus', guarantees: 11_000, capacity: 10_000 },
    ]);
    expect(violations({ ...wish, force: true })).to.deep.equal([]);
  });

  it('does not blame a quota for what others were promised by force', () => {
    const quotas = new Map([['N', quota({ cpus: 70 })]]);
    expect(violations({ quota: quota({ mem: 4 }), quotas })).to.deep.equal([]);
  });

  it('counts a guarantee below another one once', () => {
    const quotas = new Map([['Q/x', quota({ cpus: 6 })]]);
    expect(violations({ quota: quota({ cpus: 10 }), quotas })).to.deep.equal([]);
    expect(violations({ quota: quota({ cpus: 2 }), quotas })).to.deep.equal([]);
  });

  it('replaces the quota that the role had', () => {
    const quotas = new Map([['Q', quota({ cpus: 10 })]]);
    expect(violations({ quota: quota({ cpus: 9 }), quotas })).to.deep.equal([]);
  });

  it('refuses a limit below what is consumed, unless forced (ADM-06)', () => {
    const wish = { quota: quota({}, { cpus: 1 }), used: quantities({ cpus: 2, mem: 9 }) };
    expect(violations(wish)).to.deep.equal([
      { kind: 'belowConsumption', name: 'cpus', limit: 1000, used: 2000 },
    ]);
    expect(violations({ ...wish, force: true })).to.deep.equal([]);
  });

  it("refuses guarantees of children that exceed their parent's limit together", () => {
    const quotas = new Map([
      ['Q/a', quota({ cpus: 2 })],
      ['Q/b/c', quota({ cpus: 2 })],
    ]);
    expect(violations({ quota: quota({}, { cpus: 3 }), quotas, force: true })).to.deep.equal([
      { kind: 'subtreeAboveLimit', role: 'Q', name: 'cpus', guarantees: 4000, limit: 3000 },
    ]);
    const child = new Map([['Q', quota({}, { cpus: 3 })]]);
    expect(violations({ role: 'Q/a', quota: quota({ cpus: 4 }), quotas: child })).to.deep.equal([
      { kind: 'subtreeAboveLimit', role: 'Q', name: 'cpus', guarantees: 4000, limit: 3000 },
    ]);
  });
});
