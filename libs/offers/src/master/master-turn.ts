import { assert, type AgentId, type Change, type Millis } from '@ekiden/kernel';
import type { Result, TaskId, TaskStatus } from '@ekiden/kernel';

import type { AgentBooks, Explanation } from '../allocator/index.js';
import type {
  CallRefusal,
  FrameworkCall,
  FrameworkEvent,
  FrameworkId,
  FrameworkInfo,
} from '../framework/index.js';
import type { Quantities } from '../resources/index.js';
import * as agents from './agents.js';
import { handleCall } from './calls.js';
import type { Draft } from './draft.js';
import { disconnect, failoverEnd, subscribe } from './frameworks.js';
import { checkInvariants } from './invariants.js';
import { makeOffers } from './make-offers.js';
import type {
  AgentInfo,
  AgentRow,
  FrameworkRow,
  MasterEffect,
  StatusOutcome,
  TaskRow,
} from './rows.js';
import { applyStatus } from './statuses.js';

/** Rows put or removed in a turn, for the store. Offers, filters and asks are never stored. */
export interface MasterChanges {
  readonly agents: readonly Change<AgentId, AgentRow>[];
  readonly frameworks: readonly Change<FrameworkId, FrameworkRow>[];
  readonly tasks: readonly Change<TaskId, TaskRow>[];
}

/**
 * A draft of what happens next. Nothing of it is real before `merge`; a turn that is dropped never
 * happened. Call `merge` once, after the commit, and only then act on the effects.
 */
export class MasterTurn {
  private readonly draft: Draft;
  private open = true;

  /** Turns come from `Master.begin`. */
  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** A host says what it is; again and unchanged is harmless. Also brings it back in reach. */
  registerAgent(info: AgentInfo): void {
    agents.registerAgent(this.writable(), info);
  }

  /** Its offers are rescinded, its tasks `TASK_UNREACHABLE`. `reason` is for people. */
  agentUnreachable(id: AgentId, reason: string): void {
    agents.agentUnreachable(this.writable(), id, reason);
  }

  /** Offered again; its tasks stay uncertain until the host reports them. */
  agentReachable(id: AgentId): void {
    agents.agentReachable(this.writable(), id);
  }

  /** Gone for good: its tasks are `TASK_GONE`. */
  removeAgent(id: AgentId, reason: string): void {
    agents.removeAgent(this.writable(), id, reason);
  }

  /** No new tasks there; what runs stays. */
  deactivateAgent(id: AgentId): void {
    agents.setActivated(this.writable(), id, false);
  }

  activateAgent(id: AgentId): void {
    agents.setActivated(this.writable(), id, true);
  }

  /** Leaves ports that somebody else holds on the host out of offers until then. */
  withholdPorts(agentId: AgentId, ports: readonly number[], until: Millis): void {
    agents.withholdPorts(this.writable(), agentId, ports, until);
  }

  /** Weight of a role's subtree among its siblings, > 0; default 1. Moves nothing by itself. */
  setWeight(role: string, weight: number): void {
    this.writable().allocator.reduce({ kind: 'weightChanged', role, weight });
  }

  /** Connects a framework. Declare asks in the same turn, or it is offered everything. */
  subscribe(info: FrameworkInfo): Result<void, CallRefusal> {
    return subscribe(this.writable(), info);
  }

  disconnect(frameworkId: FrameworkId): void {
    disconnect(this.writable(), frameworkId);
  }

  call(frameworkId: FrameworkId, call: FrameworkCall): Result<void, CallRefusal> {
    return handleCall(this.writable(), frameworkId, call);
  }

  status(update: TaskStatus): StatusOutcome {
    return applyStatus(this.writable(), update);
  }

  /** Ends what ran out of time and makes up to `offersMax` offers. */
  allocate(offersMax: number): void {
    makeOffers(this.writable(), offersMax);
  }

  /** What the framework is to be told, in order; each event is handed out once. */
  takeEvents(frameworkId: FrameworkId): readonly FrameworkEvent[] {
    return this.writable().takeEvents(frameworkId);
  }

  /** What is to be done on hosts after the commit. What is not taken stays for the next turn. */
  takeEffects(): readonly MasterEffect[] {
    return this.writable().takeEffects();
  }

  /** The first gate that keeps a framework from an offer on an agent, with numbers. */
  explain(query: {
    readonly framework: FrameworkId;
    readonly role: string;
    readonly agent: AgentId;
    readonly shape?: Quantities;
  }): Explanation {
    return this.draft.allocator.explain({ ...query, now: this.draft.ctx.now });
  }

  /** Rows as this turn sees them. */
  agent(id: AgentId): AgentRow | undefined {
    return this.draft.agents.get(id);
  }

  task(id: TaskId): TaskRow | undefined {
    return this.draft.tasks.get(id);
  }

  /** What the allocator counts as allocated and free on an agent. */
  books(id: AgentId): AgentBooks | undefined {
    return this.draft.allocator.agent(id);
  }

  /**
   * When `allocate` should be called next although nothing happens: now, if offers were cut off;
   * else when a filter, offer, withheld port or failover time-out ends. Ask before `merge`.
   */
  nextDeadline(): Millis | undefined {
    const { allocator, ctx, frameworks, tables, withheld } = this.draft;
    if (allocator.queued > 0) return ctx.now;
    const deadlines = [allocator.nextDeadline(), tables.offerDeadlines.next()];
    for (const row of withheld.values()) for (const port of row.ports) deadlines.push(port.until);
    for (const row of frameworks.by('connected', 'no')) {
      if (!row.tearingDown) deadlines.push(failoverEnd(row) ?? ctx.now);
    }
    let next: Millis | undefined;
    for (const at of deadlines) {
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  changes(): MasterChanges {
    const { agents: agentRows, frameworks, tasks } = this.draft;
    return {
      agents: agentRows.changes(),
      frameworks: frameworks.changes(),
      tasks: tasks.changes(),
    };
  }

  /** One sentence per breach; a turn with breaches must not be committed. */
  checkInvariants(): readonly string[] {
    return checkInvariants(this.draft);
  }

  merge(): void {
    this.writable().merge();
    this.open = false;
  }

  /** For `Master.begin`: a turn that was not merged is over when the next begins. */
  close(): void {
    this.open = false;
  }

  private writable(): Draft {
    assert(this.open, 'this master turn is over');
    return this.draft;
  }
}
