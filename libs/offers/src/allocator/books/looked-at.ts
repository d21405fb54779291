import type { AgentId } from '@ekiden/kernel';

import type { Journal, JournaledMap, Undo } from '../../journal/index.js';
import type { AgentEntry } from './entries.js';

const LIST_SLACK = 64;

export interface Taken {
  /** Those that may be offered. */
  readonly agents: readonly AgentEntry[];
  /** All that were queued; `undefined` = every agent. */
  readonly queued: readonly AgentEntry[] | undefined;
}

/**
 * Which agents are to be looked at in the next run, and which need not be: an agent on which
 * nobody wanted anything stays so until something happens to it, or somebody begins to want more.
 */
export class LookedAt {
  private readonly journal: Journal;
  private readonly agents: JournaledMap<AgentId, AgentEntry>;
  private readonly mayGive: AgentEntry[];
  private readonly batch: boolean;
  /** In no order; each knows its place. */
  private queue: AgentEntry[] = [];
  private readonly state = { all: false };
  /** Whether the last run was given every agent. */
  private tookAll = false;
  /** Agents of which quota or headroom kept something back when they were looked at. */
  private readonly withheld = new Set<AgentEntry>();
  /** Grows whenever somebody may want what was left before; never goes back. */
  private demand = 0;

  /** All agents by id, until one comes or goes. */
  private byId: readonly AgentEntry[] | undefined;

  constructor(
    journal: Journal,
    agents: JournaledMap<AgentId, AgentEntry>,
    mayGive: AgentEntry[],
    batch: boolean,
  ) {
    this.journal = journal;
    this.agents = agents;
    this.mayGive = mayGive;
    this.batch = batch;
  }

  get size(): number {
    return this.state.all ? this.agents.size : this.queue.length;
  }

  isSettled(agent: AgentEntry): boolean {
    return agent.settledAt === this.demand;
  }

  settled(agent: AgentEntry): void {
    agent.settledAt = this.demand;
  }

  /** Something happened to the agent itself. */
  add(agent: AgentEntry): void {
    agent.settledAt = -1;
    if (this.state.all || this.isQueued(agent)) return;
    this.enqueue(agent);
    this.journal.record(new QueueUndo(this, agent));
  }

  /** A new agent; the caller records the undo, {@link dropNew}. */
  addNew(agent: AgentEntry): void {
    this.byId = undefined;
    if (!this.state.all) this.enqueue(agent);
  }

  dropNew(agent: AgentEntry): void {
    this.byId = undefined;
    this.dequeue(agent);
  }

  /** False when it is not in the queue. */
  dequeue(agent: AgentEntry): boolean {
    if (!this.isQueued(agent)) return false;
    const { queue } = this;
    const last = queue.pop();
    if (last !== undefined && last !== agent) {
      queue[agent.queuedAt] = last;
      last.queuedAt = agent.queuedAt;
    }
    return true;
  }

  /** The same where Mesos waits for the next cycle (offer-core 2.2). */
  addUnlessBatch(agent: AgentEntry): void {
    if (this.batch) agent.settledAt = -1;
    else this.add(agent);
  }

  remove(agent: AgentEntry): void {
    if (this.dequeue(agent)) {
      this.journal.record(() => {
        this.enqueue(agent);
      });
    }
    if (this.withheld.delete(agent)) {
      this.journal.record(() => {
        this.withheld.add(agent);
      });
    }
  }

  /** Somebody wants more, or may have more: every agent is worth another look. */
  wantedMore(): void {
    this.demand += 1;
    this.journal.record(() => {
      this.demand += 1;
    });
  }

  addAll(): void {
    this.wantedMore();
    this.journal.assign(this.state, 'all', true);
  }

  /** The same where Mesos waits for the next cycle (offer-core 2.2). */
  addAllUnlessBatch(): void {
    if (this.batch) this.wantedMore();
    else this.addAll();
  }

  /** A quota kept some of it back. */
  keptBack(agent: AgentEntry): void {
    this.withheld.add(agent);
  }

  /** Quotas or headroom leave more than before: what was kept back may go now. */
  quotaEased(): void {
    if (this.withheld.size === 0) return;
    const withheld = [...this.withheld];
    this.withheld.clear();
    this.journal.record(() => {
      for (const agent of withheld) this.withheld.add(agent);
    });
    for (const agent of withheld) {
      if (agent.present) this.addUnlessBatch(agent);
    }
  }

  /** What is queued and has something to give; the queue is empty then. */
  take(everything: boolean): Taken {
    const all = everything || this.state.all;
    const agents = all
      ? this.givers().filter((agent) => this.mayBeOffered(agent))
      : this.queue.filter((agent) => hasSomething(agent) && this.mayBeOffered(agent));
    // Without a look at all, agents that are gone would stay in the list for ever.
    if (!all && this.mayGive.length > 2 * this.agents.size + LIST_SLACK) this.givers();
    const queued = all ? undefined : this.queue;
    this.tookAll = all;
    this.forget();
    return { agents, queued };
  }

  /**
   * Agents that a run did not come to: they are for the next. `bare`: none of those it was given has
   * anything reserved, revocable or shared. Then whoever has something left is queued anyway, and
   * the next run may as well be given all of them.
   */
  putBack(agents: readonly AgentEntry[], bare: boolean): void {
    if (!this.tookAll || this.batch || !bare) {
      for (const agent of agents) if (!this.isSettled(agent)) this.add(agent);
    } else if (agents.some((agent) => !this.isSettled(agent))) {
      this.journal.assign(this.state, 'all', true);
    }
  }

  /** All that have something free; those of the list that have nothing leave it. */
  private givers(): readonly AgentEntry[] {
    const { mayGive } = this;
    let kept = 0;
    for (const agent of mayGive) {
      agent.listed = hasSomething(agent);
      if (!agent.listed) continue;
      mayGive[kept] = agent;
      kept += 1;
    }
    mayGive.length = kept;
    return mayGive;
  }

  forget(): void {
    this.journal.assign(this.state, 'all', false);
    const { queue } = this;
    if (queue.length === 0) return;
    this.queue = [];
    this.journal.record(() => {
      this.queue = queue;
      for (const [place, agent] of queue.entries()) agent.queuedAt = place;
    });
  }

  private mayBeOffered(agent: AgentEntry): boolean {
    return agent.active && agent.letIn && agent.present && !this.isSettled(agent);
  }

  private isQueued(agent: AgentEntry): boolean {
    return this.queue[agent.queuedAt] === agent;
  }

  private enqueue(agent: AgentEntry): void {
    agent.queuedAt = this.queue.length;
    this.queue.push(agent);
  }

  /** An agent came or went. */
  agentsChanged(): void {
    this.byId = undefined;
  }

  everyAgent(): readonly AgentEntry[] {
    this.byId ??= [...this.agents.values()].sort(byId);
    return this.byId;
  }

  /** A dropped turn may have settled agents on what never happened. */
  doubtAll(): void {
    this.byId = undefined;
    this.demand += 1;
  }
}

function hasSomething(agent: AgentEntry): boolean {
  return agent.free.length > 0 || agent.shared.length > 0;
}

function byId(a: AgentEntry, b: AgentEntry): number {
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

class QueueUndo implements Undo {
  private readonly lookedAt: LookedAt;
  private readonly agent: AgentEntry;

  constructor(lookedAt: LookedAt, agent: AgentEntry) {
    this.lookedAt = lookedAt;
    this.agent = agent;
  }

  undo(): void {
    this.lookedAt.dequeue(this.agent);
  }
}
