import type { Chance, Millis } from '@ekiden/kernel';

import { addResources, type Resources } from '../../resources/index.js';
import type { Allocation, InverseAllocation } from '../allocator.js';
import {
  freeChunk,
  heldList,
  type AgentEntry,
  type Books,
  type Chunk,
  type RoleEntry,
  type Subscription,
} from '../books/index.js';
import { AgentOrder } from './agent-order.js';
import { consider } from './consider.js';
import type { RunContext, RunRules } from './context.js';
import { cutToQuota, isExhausted } from './quota-gate.js';
import { usableBy } from './usable.js';

export interface RunInput {
  readonly now: Millis;
  readonly chance: Chance;
  readonly offersMax: number;
  /** The agents to look at: active ones that have something to give. */
  readonly agents: readonly AgentEntry[];
}

const SALTS = 2 ** 32;

/**
 * One run (offer-core 2.3): agents in random order, first for guarantees, then, in another order, for
 * everything else. Each goes to the poorest framework of the poorest role that may take it; what is
 * left of it goes on down the order as it was when the agent's turn began, as in Mesos.
 */
export class AllocationRun {
  private readonly context: RunContext;
  private readonly input: RunInput;
  private readonly made: Allocation[] = [];
  /** Where the offers of an agent are in `made`, once guarantees have been given of it. */
  private readonly madeOf = new Map<AgentEntry, number[]>();
  private readonly books: Books;
  private aside: RoleEntry[] = [];
  private removed: RoleEntry[] = [];
  /** The agent that is offered, and who takes what of it. */
  private asked: AgentEntry | undefined;
  private taken: Chunk | undefined;
  private taker: Subscription | undefined;
  /** No agent has anything reserved, revocable or shared. */
  private allBare = false;

  constructor(books: Books, rules: RunRules, input: RunInput) {
    this.books = books;
    this.input = input;
    this.context = {
      books,
      rules,
      chance: input.chance,
      stage: 'everything',
      sharedOffered: new Map(),
      gangsWithout: new Map(),
      gang: undefined,
    };
  }

  /** Made once: they are asked for every agent. */
  private readonly acceptsForRole = (role: RoleEntry): boolean => {
    if (this.asked === undefined || this.passesOver(role, this.asked)) return false;
    this.taker = role.frameworks.firstActive(this.accepts, this.context.chance);
    return this.taker !== undefined;
  };

  private readonly accepts = (subscription: Subscription): boolean => {
    this.taken = this.asked && consider(this.context, subscription, this.asked);
    return this.taken !== undefined;
  };

  allocations(): readonly Allocation[] {
    const { agents } = this.input;
    const { nodes, roleTree, lookedAt } = this.books;
    if (agents.length === 0 || roleTree.root.active === 0) return this.made;
    this.allBare = agents.every((agent) => agent.traits.plain);
    const begun = nodes.anyUnmet ? this.stage('guarantees', this.ordered(agents)) : true;
    const required = nodes.required.slice();
    if (begun) this.stage('everything', this.ordered(agents));
    else lookedAt.putBack(agents, this.allBare);
    // What a child gets counts for its ancestors' guarantees: what was kept for these may go now.
    if (required.some((amount, i) => amount > (nodes.required[i] ?? 0))) lookedAt.quotaEased();
    return this.made;
  }

  private ordered(agents: readonly AgentEntry[]): AgentOrder<AgentEntry> {
    return new AgentOrder(agents, this.input.chance.int(SALTS));
  }

  private stage(stage: RunContext['stage'], agents: AgentOrder<AgentEntry>): boolean {
    this.context.stage = stage;
    const whole = this.serveAll(stage, agents);
    this.bringBack();
    return whole;
  }

  /** False when the bound on offers ended it. */
  private serveAll(stage: RunContext['stage'], agents: AgentOrder<AgentEntry>): boolean {
    for (let i = 0; i < agents.length; i += 1) {
      const agent = agents.at(i);
      if (agent.free.length === 0 && agent.shared.length === 0) continue;
      if (this.books.lookedAt.isSettled(agent)) continue;
      if (stage === 'guarantees' && !this.books.nodes.anyUnmet) return true;
      if (this.isFull()) {
        if (stage === 'everything') {
          this.books.lookedAt.putBack(agents.from(i), this.allBare);
        }
        return false;
      }
      const before = agent.free;
      const offers = this.made.length;
      const whole = this.serve(agent);
      if (this.aside.length > 0) this.removeAside();
      // It was not shown to roles out of this stage, which may want it once they have room again.
      if (stage === 'everything' && this.removed.length > 0 && agent.free.length > 0) {
        this.books.lookedAt.keptBack(agent);
      }
      if (!whole) this.books.lookedAt.add(agent);
      else if (stage === 'everything') this.settle(agent, before, offers);
    }
    return true;
  }

  /**
   * An agent of which nobody wanted anything need not be looked at again. Of one that was cut up,
   * somebody who was refused the whole may want the rest. Shared objects are always left: that
   * they go out again is no reason for another run.
   */
  private settle(agent: AgentEntry, before: Resources, offers: number): void {
    const { lookedAt } = this.books;
    if (this.made.length === offers && !this.madeOf.has(agent)) lookedAt.settled(agent);
    else if (agent.free.length > 0 && agent.free !== before) lookedAt.addUnlessBatch(agent);
  }

  private isFull(): boolean {
    return this.made.length >= this.input.offersMax;
  }

  /** False when the bound on offers came in between. */
  private serve(agent: AgentEntry): boolean {
    const { roleTree } = this.books;
    const { chance } = this.context;
    const role = this.firstRole(agent);
    const { taken: chunk, taker } = this;
    if (role === undefined || taker === undefined || chunk === undefined) return true;
    if (this.takesAll(agent, chunk)) {
      this.book(taker, agent, chunk);
      return true;
    }
    // The order as it is now: booking changes it.
    const roles = roleTree.activeClients(chance);
    const frameworks = role.frameworks.activeClients(chance);
    this.book(taker, agent, chunk);
    return this.serveRest(agent, roles, role, frameworks.slice(frameworks.indexOf(taker) + 1));
  }

  /** Who takes something of an agent first: its role; itself and what it takes are noted. */
  private firstRole(agent: AgentEntry): RoleEntry | undefined {
    this.asked = agent;
    this.taken = undefined;
    this.taker = undefined;
    return this.books.roleTree.firstActive(this.acceptsForRole, this.context.chance);
  }

  private serveRest(
    agent: AgentEntry,
    roles: readonly RoleEntry[],
    reached: RoleEntry,
    rest: readonly Subscription[],
  ): boolean {
    for (let i = roles.indexOf(reached); i < roles.length; i += 1) {
      if (agent.free.length === 0 && agent.shared.length === 0) return true;
      const role = roles[i] as RoleEntry;
      if (role !== reached && this.passesOver(role, agent)) continue;
      const frameworks =
        role === reached ? rest : role.frameworks.activeClients(this.context.chance);
      for (const subscription of frameworks) {
        if (agent.free.length === 0 && agent.shared.length === 0) return true;
        const chunk = consider(this.context, subscription, agent);
        if (chunk === undefined) continue;
        if (this.isFull()) return false;
        this.book(subscription, agent, chunk);
      }
    }
    return true;
  }

  private passesOver(role: RoleEntry, agent: AgentEntry): boolean {
    const { nodes, names, lookedAt } = this.books;
    if (!nodes.anyQuota) return false;
    if (this.context.stage === 'guarantees' && !nodes.isUnmet(role.node)) {
      this.aside.push(role);
      return true;
    }
    if (!isExhausted(this.context, role, freeChunk(names, agent))) return false;
    lookedAt.keptBack(agent);
    if (this.context.stage === 'everything' && this.allBare) this.setAsideIfFull(role);
    return true;
  }

  /** With nothing but plain agents, a role whose limits are all reached is out of this stage. */
  private setAsideIfFull(role: RoleEntry): void {
    if (this.books.nodes.isExhausted(role.node, this.books.openFree)) this.aside.push(role);
  }

  /**
   * Within a run roles only get fuller: those that were passed over for good leave the order until
   * the stage ends, so that each is passed over once and not for every agent.
   */
  private removeAside(): void {
    for (const role of this.aside) {
      if (role.leaf.active > 0) this.removed.push(role);
      this.books.roleTree.setActive(role.leaf, false);
    }
    this.aside = [];
  }

  private bringBack(): void {
    for (const role of this.removed) this.books.roleTree.setActive(role.leaf, true);
    this.removed = [];
  }

  private takesAll(agent: AgentEntry, chunk: Chunk): boolean {
    return chunk.own === agent.free && agent.shared.length === chunk.shared.length;
  }

  private book(subscription: Subscription, agent: AgentEntry, chunk: Chunk): void {
    const { gang } = this.context;
    this.context.gang = undefined;
    this.bookOne(subscription, agent, chunk);
    if (gang === undefined) return;
    for (const other of gang.agents) {
      if (other === agent) continue;
      const usable = usableBy(this.context, subscription, other);
      const part = this.books.nodes.anyQuota
        ? cutToQuota(this.context, subscription, other, usable)
        : usable;
      if (part !== undefined) this.bookOne(subscription, other, part);
    }
  }

  private bookOne(subscription: Subscription, agent: AgentEntry, chunk: Chunk): void {
    this.books.hold(subscription, agent, chunk);
    if (chunk.shared.length > 0) {
      const before = this.context.sharedOffered.get(agent);
      const offered = before === undefined ? chunk.shared : addResources(before, chunk.shared);
      this.context.sharedOffered.set(agent, offered);
    }
    const { resources } = chunk;
    const frameworkId = subscription.framework.id;
    const role = subscription.role.path;
    const made: Allocation = { frameworkId, role, agentId: agent.id, resources };
    const there = this.madeOf.get(agent);
    if (there !== undefined && this.joins(made, there)) return;
    if (there !== undefined) there.push(this.made.length);
    else if (this.context.stage === 'guarantees') this.madeOf.set(agent, [this.made.length]);
    this.made.push(made);
  }

  /** Its guarantee and the rest become one offer. */
  private joins(more: Allocation, there: readonly number[]): boolean {
    for (const at of there) {
      const before = this.made[at];
      if (before?.frameworkId !== more.frameworkId || before.role !== more.role) continue;
      this.made[at] = { ...before, resources: addResources(before.resources, more.resources) };
      return true;
    }
    return false;
  }
}

/** Who is asked to leave agents that go into maintenance (offer-core 2.8). */
export function inverseAllocations(
  books: Books,
  /** Those looked at; `undefined` = all. */
  looked: readonly AgentEntry[] | undefined,
  now: Millis,
): readonly InverseAllocation[] {
  const asked: InverseAllocation[] = [];
  if (books.leaving.size === 0) return asked;
  const among = looked && new Set(looked);
  for (const agent of [...books.leaving.keys()].sort(byId)) {
    const { unavailability } = agent;
    if (unavailability === undefined || among?.has(agent) === false) continue;
    const holders = new Set(heldList(agent.held).map((held) => held.subscription.framework));
    for (const framework of [...holders].sort(byId)) {
      const standing = agent.inverse?.get(framework);
      if (!framework.active || standing?.outstanding === true) continue;
      if (standing?.filterUntil !== undefined && standing.filterUntil > now) continue;
      books.inverseOf(agent).set(framework, { ...standing, outstanding: true });
      asked.push({ frameworkId: framework.id, agentId: agent.id, unavailability });
    }
  }
  return asked;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
