import type { Chance, Millis } from '@ekiden/kernel';

import { addResources } from '../../resources/index.js';
import type { Allocation, InverseAllocation } from '../allocator.js';
import {
  freeChunk,
  type AgentEntry,
  type Books,
  type Chunk,
  type RoleEntry,
  type Subscription,
} from '../books/index.js';
import { consider } from './consider.js';
import type { RunContext, RunRules } from './context.js';
import { cutToQuota, isExhausted } from './quota-gate.js';
import { usableBy } from './usable.js';

export interface RunInput {
  readonly now: Millis;
  readonly chance: Chance;
  readonly offersMax: number;
  /** The agents to look at, by id. */
  readonly agents: readonly AgentEntry[];
}

/**
 * One run (offer-core 2.3): agents in random order, first for guarantees, then, shuffled again, for
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

  allocations(): readonly Allocation[] {
    const { chance, agents } = this.input;
    const eligible = agents.filter((agent) => agent.active && agent.letIn);
    const first = chance.shuffle(eligible);
    const second = chance.shuffle(eligible);
    const promised = this.books.nodes.anyUnmet;
    const begun = promised ? this.stage('guarantees', first) : true;
    if (begun) this.stage('everything', second);
    else this.queue(eligible, 0);
    return this.made;
  }

  /** False when the bound on offers ended it. */
  private stage(stage: RunContext['stage'], agents: readonly AgentEntry[]): boolean {
    this.context.stage = stage;
    for (let i = 0; i < agents.length; i += 1) {
      const agent = agents[i] as AgentEntry;
      if (agent.free.length === 0 && agent.shared.length === 0) continue;
      if (this.books.lookedAt.isSettled(agent)) continue;
      if (stage === 'guarantees' && !this.books.nodes.anyUnmet) return true;
      if (this.isFull()) {
        if (stage === 'everything') this.queue(agents, i);
        return false;
      }
      const whole = this.serve(agent);
      if (!whole) this.books.lookedAt.add(agent);
      else if (stage === 'everything' && !this.context.sharedOffered.has(agent)) {
        this.books.lookedAt.settled(agent);
      }
    }
    return true;
  }

  private queue(agents: readonly AgentEntry[], from: number): void {
    for (let i = from; i < agents.length; i += 1) {
      const agent = agents[i] as AgentEntry;
      if (!this.books.lookedAt.isSettled(agent)) this.books.lookedAt.add(agent);
    }
  }

  private isFull(): boolean {
    return this.made.length >= this.input.offersMax;
  }

  /** False when the bound on offers came in between. */
  private serve(agent: AgentEntry): boolean {
    const { roleTree } = this.books;
    const { chance } = this.context;
    let chunk: Chunk | undefined;
    let taker: Subscription | undefined;
    const role = roleTree.firstActive((each) => {
      if (this.passesOver(each, agent)) return false;
      taker = each.frameworks.firstActive((subscription) => {
        chunk = consider(this.context, subscription, agent);
        return chunk !== undefined;
      }, chance);
      return taker !== undefined;
    }, chance);
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

  private serveRest(
    agent: AgentEntry,
    roles: readonly RoleEntry[],
    reached: RoleEntry,
    rest: readonly Subscription[],
  ): boolean {
    for (let i = roles.indexOf(reached); i < roles.length; i += 1) {
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
    const { node } = role;
    if (this.context.stage === 'guarantees' && !this.books.nodes.isUnmet(node)) return true;
    if (!this.books.nodes.anyQuota) return false;
    if (!isExhausted(this.context, node, freeChunk(this.books.names, agent))) return false;
    this.books.lookedAt.keptBack(agent);
    return true;
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
    const there = this.madeOf.get(agent);
    const same = there?.find((at) => {
      const made = this.made[at];
      return made?.frameworkId === frameworkId && made.role === role;
    });
    const before = same === undefined ? undefined : this.made[same];
    if (same !== undefined && before !== undefined) {
      // Its guarantee and the rest become one offer.
      this.made[same] = { ...before, resources: addResources(before.resources, resources) };
      return;
    }
    if (there !== undefined) there.push(this.made.length);
    else if (this.context.stage === 'guarantees') this.madeOf.set(agent, [this.made.length]);
    this.made.push({ frameworkId, role, agentId: agent.id, resources });
  }
}

/** Who is asked to leave agents that go into maintenance (offer-core 2.8). */
export function inverseAllocations(
  books: Books,
  agents: readonly AgentEntry[],
  now: Millis,
): readonly InverseAllocation[] {
  const asked: InverseAllocation[] = [];
  for (const agent of agents) {
    const { unavailability } = agent;
    if (unavailability === undefined) continue;
    for (const framework of new Set(agent.held.map((held) => held.subscription.framework))) {
      const standing = agent.inverse?.get(framework);
      if (!framework.active || standing?.outstanding === true) continue;
      if (standing?.filterUntil !== undefined && standing.filterUntil > now) continue;
      books.inverseOf(agent).set(framework, { ...standing, outstanding: true });
      asked.push({ frameworkId: framework.id, agentId: agent.id, unavailability });
    }
  }
  return asked;
}
