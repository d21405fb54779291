import {
  assert,
  runSteps,
  type AgentId,
  type Change,
  type Merging,
  type Millis,
} from '@ekiden/kernel';
import type { Result, Steps, TaskId, TaskStatus } from '@ekiden/kernel';

import type { AgentBooks, Explanation, PoolSnapshot, RoleBooks, Room } from '../allocator/index.js';
import type {
  Ask,
  CallRefusal,
  FrameworkCall,
  FrameworkEvent,
  FrameworkId,
  FrameworkInfo,
  Unavailability,
} from '../framework/index.js';
import type { Quantities } from '../resources/index.js';
import { adoptTask, type FoundRunning } from './adopt-task.js';
import * as agents from './agents.js';
import { handleCall } from './calls.js';
import { nextDeadline } from './deadlines.js';
import type { Draft } from './draft.js';
import { drainAgent, type DrainOptions } from './drain.js';
import { disconnect, subscribe } from './frameworks.js';
import { checkInvariants } from './invariants.js';
import { setUnavailability } from './maintenance.js';
import { makeOffers } from './make-offers.js';
import { operate, type OperateRefusal, type OperatorOperation } from './operator.js';
import { setRole, type RoleChange, type RoleRefusal } from './roles.js';
import type {
  AgentInfo,
  AgentRow,
  FrameworkRow,
  MasterEffect,
  RoleRow,
  StatusOutcome,
  TaskRow,
} from './rows.js';
import { applyStatus } from './statuses.js';
import { withholdPorts } from './withheld.js';

/** Rows put or removed in a turn, for the store. Offers, filters and asks are never stored. */
export interface MasterChanges {
  readonly agents: readonly Change<AgentId, AgentRow>[];
  readonly frameworks: readonly Change<FrameworkId, FrameworkRow>[];
  readonly tasks: readonly Change<TaskId, TaskRow>[];
  readonly roles: readonly Change<string, RoleRow>[];
}

/**
 * A draft of what happens next. Nothing of it is real before `merge`; a turn that is dropped never
 * happened. Call `merge` once, and act on the effects only after the commit.
 */
export class MasterTurn {
  private readonly draft: Draft;
  private open = true;

  /** Turns come from `Master.begin`. */
  constructor(draft: Draft) {
    this.draft = draft;
  }

  /**
   * A host says what it is; again and unchanged is harmless. Also brings it back in reach. False
   * when an operator has given it up: it needs another id.
   */
  registerAgent(info: AgentInfo): boolean {
    return agents.registerAgent(this.writable(), info);
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

  /** An operator knows that it never comes back: its tasks are `TASK_GONE_BY_OPERATOR`. */
  markAgentGone(id: AgentId, reason: string): void {
    agents.markAgentGone(this.writable(), id, reason);
  }

  /** No new tasks there; what runs stays. */
  deactivateAgent(id: AgentId): void {
    agents.setActivated(this.writable(), id, false);
  }

  /** Also ends a drain; tasks that were told to end still end. */
  activateAgent(id: AgentId): void {
    agents.setActivated(this.writable(), id, true);
  }

  /** No new tasks there, and those that are there leave by the deadline or are killed. */
  drainAgent(id: AgentId, options: DrainOptions = {}): void {
    drainAgent(this.writable(), id, options);
  }

  /** Plans maintenance, or calls it off. Frameworks are asked to leave; nothing is killed. */
  setUnavailability(id: AgentId, unavailability?: Unavailability): void {
    setUnavailability(this.writable(), id, unavailability);
  }

  /** Leaves ports that somebody else holds on the host out of offers until then. */
  withholdPorts(agentId: AgentId, ports: readonly number[], until: Millis): void {
    withholdPorts(this.writable(), agentId, ports, until);
  }

  /** Reservations and volumes by an operator, of what no task uses. */
  operate(agentId: AgentId, operation: OperatorOperation): Result<void, OperateRefusal> {
    return operate(this.writable(), agentId, operation);
  }

  /** Weight and quota of a role. */
  setRole(role: string, change: RoleChange): Result<void, RoleRefusal> {
    return setRole(this.writable(), role, change);
  }

  /** Weight of a role's subtree among its siblings, > 0; default 1. Moves nothing by itself. */
  setWeight(role: string, weight: number): Result<void, RoleRefusal> {
    return this.setRole(role, { weight });
  }

  /** Connects a framework. With the capability ASKS it is offered what it asks for only. */
  subscribe(info: FrameworkInfo): Result<void, CallRefusal> {
    return subscribe(this.writable(), info);
  }

  disconnect(frameworkId: FrameworkId): void {
    disconnect(this.writable(), frameworkId);
  }

  call(frameworkId: FrameworkId, call: FrameworkCall): Result<void, CallRefusal> {
    return handleCall(this.writable(), frameworkId, call);
  }

  /** Books a task that was found running; the error is a phrase. */
  adoptTask(found: FoundRunning): Result<void, string> {
    return adoptTask(this.writable(), found);
  }

  status(update: TaskStatus): StatusOutcome {
    return applyStatus(this.writable(), update);
  }

  /**
   * Ends what ran out of time and makes up to `offersMax` offers. `cycle` = the periodic cycle of
   * an allocator in batch mode.
   */
  allocate(offersMax: number, options: { readonly cycle?: boolean } = {}): void {
    makeOffers(this.writable(), { offersMax, ...options });
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

  agents(): Iterable<AgentRow> {
    return this.draft.agents.values();
  }

  task(id: TaskId): TaskRow | undefined {
    return this.draft.tasks.get(id);
  }

  /** What the allocator counts as allocated and free on an agent. */
  books(id: AgentId): AgentBooks | undefined {
    return this.draft.allocator.agent(id);
  }

  /** Every role that is anything, with what it has and may have. */
  roles(): readonly RoleBooks[] {
    return this.draft.allocator.roles();
  }

  /** How many of the ask would find room now, and what stops the others. */
  couldRun(framework: FrameworkId, ask: Ask, count: number): Room {
    return this.draft.allocator.couldRun(framework, ask, count);
  }

  /** The free resources of all agents, for `transact`; absent when the allocator cannot do it. */
  snapshot(): PoolSnapshot | undefined {
    return this.draft.allocator.snapshots?.snapshot();
  }

  /** Filters that stand. */
  get filters(): number {
    return this.draft.allocator.filters;
  }

  /** Agents waiting to be looked at. */
  get queuedAgents(): number {
    return this.draft.allocator.queued;
  }

  /**
   * When `allocate` should be called next although nothing happens: now, if offers were cut off;
   * else when a filter, a lease, a drain's or a notice's deadline, a withheld port or a failover
   * time-out ends. Ask before `merge`.
   */
  nextDeadline(): Millis | undefined {
    return nextDeadline(this.draft);
  }

  changes(): MasterChanges {
    const { agents: agentRows, frameworks, tasks, roles } = this.draft;
    return {
      agents: agentRows.changes(),
      frameworks: frameworks.changes(),
      tasks: tasks.changes(),
      roles: roles.changes(),
    };
  }

  /** One sentence per breach; a turn with breaches must not be committed. */
  checkInvariants(): readonly string[] {
    return runSteps(this.invariantsInSteps());
  }

  /** The same for turns that touch thousands of agents. */
  invariantsInSteps(): Steps<readonly string[]> {
    return checkInvariants(this.draft);
  }

  /** `provisional`: before the commit; then `Master.confirmed` shows it from `confirm` on. */
  merge(how: Merging = {}): void {
    this.writable().merge(how);
    this.open = false;
  }

  /** The commit of what was merged provisionally has succeeded. */
  confirm(): void {
    assert(!this.open, 'a master turn is merged before it is confirmed');
    this.draft.confirm();
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
