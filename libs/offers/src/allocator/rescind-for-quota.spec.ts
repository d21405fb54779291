import type { AgentId } from '@ekiden/kernel';
import { expect } from 'chai';

import {
  limits,
  NO_LIMITS,
  NO_QUANTITIES,
  parseResources,
  quantities,
} from '../resources/index.js';
import type { Quantities, ResourceLimits } from '../resources/index.js';
import { chargeable, offersToRescind, type RescindableOffer } from './rescind-for-quota.js';

interface NamedOffer extends RescindableOffer {
  readonly name: string;
}

function offer(name: string, role: string, agentId: string, text: string): NamedOffer {
  const read = parseResources(text);
  if (!read.ok) throw new Error(read.error.rule);
  return { name, role, agentId: agentId as AgentId, resources: read.value };
}

interface Given {
  readonly role?: string;
  readonly guarantees?: Quantities;
  readonly limits?: ResourceLimits;
  readonly consumed?: Quantities;
}

function rescinded(given: Given, ...offers: readonly NamedOffer[]): string {
  const { role = 'Q', guarantees = NO_QUANTITIES, consumed = NO_QUANTITIES } = given;
  const quota = { guarantees, limits: given.limits ?? NO_LIMITS };
  return offersToRescind({ role, quota, consumed, offers })
    .map((each) => each.name)
    .join(' ');
}

describe('rescinding for a new quota (ADM-08)', () => {
  it("takes back the role's newest offers until it fits its limit", () => {
    const outcome = rescinded(
      { limits: limits({ cpus: 3 }), consumed: quantities({ cpus: 6 }) },
      offer('old', 'Q', 'A1', 'cpus:2'),
      offer('middle', 'Q', 'A2', 'cpus:2'),
      offer('new', 'Q', 'A3', 'cpus:2'),
    );
    expect(outcome).to.equal('new middle');
  });

  it('takes back offers of roles below it as well', () => {
    const outcome = rescinded(
      { limits: limits({ cpus: 1 }), consumed: quantities({ cpus: 3 }) },
      offer('child', 'Q/x', 'A1', 'cpus:2'),
      offer('alike', 'Qx', 'A1', 'cpus:2'),
    );
    expect(outcome).to.equal('child');
  });

  it('leaves offers alone that would not help', () => {
    const outcome = rescinded(
      { limits: limits({ cpus: 1 }), consumed: quantities({ cpus: 3, mem: 64 }) },
      offer('memory', 'Q', 'A1', 'mem:64'),
      offer('reserved', 'Q', 'A1', 'cpus(Q):2'),
      offer('revocable', 'Q', 'A1', 'cpus{REV}:2'),
    );
    expect(outcome).to.equal('');
  });

  it('takes nothing back while the role is within its limit', () => {
    const given = { limits: limits({ cpus: 2 }), consumed: quantities({ cpus: 2 }) };
    expect(rescinded(given, offer('own', 'Q', 'A1', 'cpus:2'))).to.equal('');
  });

  it("takes back others' offers, whole agents, until they cover the guarantee", () => {
    const outcome = rescinded(
      { guarantees: quantities({ cpus: 3 }), consumed: NO_QUANTITIES },
      offer('first', 'N', 'A1', 'cpus:1'),
      offer('second', 'M', 'A2', 'cpus:1'),
      offer('third', 'N', 'A1', 'cpus:1'),
      offer('fourth', 'N', 'A3', 'cpus:1'),
    );
    expect(outcome).to.equal('first third second');
  });

  it('counts what the role has towards its guarantee', () => {
    const outcome = rescinded(
      { guarantees: quantities({ cpus: 3 }), consumed: quantities({ cpus: 3 }) },
      offer('own', 'Q', 'A1', 'cpus:3'),
      offer('other', 'N', 'A2', 'cpus:3'),
    );
    expect(outcome).to.equal('');
  });

  it("does not count the role's offers that the limit takes back", () => {
    const outcome = rescinded(
      {
        guarantees: quantities({ cpus: 2 }),
        limits: limits({ cpus: 2 }),
        consumed: quantities({ cpus: 3 }),
      },
      offer('own', 'Q', 'A1', 'cpus:3'),
      offer('other', 'N', 'A2', 'cpus:2'),
    );
    expect(outcome).to.equal('own other');
  });

  it('passes over others that have nothing the guarantee lacks', () => {
    const outcome = rescinded(
      { guarantees: quantities({ cpus: 1 }) },
      offer('memory', 'N', 'A1', 'mem:64'),
      offer('reserved', 'N', 'A1', 'cpus(N):4'),
      offer('useful', 'N', 'A2', 'cpus:1;mem:64'),
    );
    expect(outcome).to.equal('useful');
  });

  it('charges what is neither reserved nor revocable', () => {
    const { resources } = offer('x', 'Q', 'A1', 'cpus:1;cpus(Q):2;mem{REV}:3;ports:[1-2];disk:4');
    expect(chargeable(resources)).to.deep.equal(quantities({ cpus: 1, disk: 4 }));
  });
});
