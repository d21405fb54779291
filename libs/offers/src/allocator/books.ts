import { present, type AgentId } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';
import { Journal, JournaledMap, type Journaled } from '../journal/index.js';
import {
  addResources,
  NO_RESOURCES,
  scalarQuantitiesOf,
  subtractResources,
  subtractSaturating,
} from '../resources/index.js';
import type { Quantities, Resources } from '../resources/index.js';
import type { AgentFacts } from './allocator.js';
import { NO_ASKS, type RoleAsks } from './asks.js';
import { FilterClock, RoleFilters } from './filters.js';
import { Pool } from './share.js';
import { ShareTree } from './share-tree.js';

export interface AgentEntry extends Journaled {
  facts: AgentFacts;
  active: boolean;
  allocated: Resources;
  /** `total - allocated`, kept because it is read in the innermost loop. */
  available: Resources;
}

/** One framework under one role: subscribed there, or still holding resources. */
export interface Subscription {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  subscribed: boolean;
  suppressed: boolean;
  asks: RoleAsks;
  minimum: readonly Quantities[] | undefined;
  readonly filters: RoleFilters;
  readonly held: JournaledMap<AgentId, Resources>;
}

export interface FrameworkEntry {
  active: boolean;
  /** Whether it ever declared asks; then it gets offers for asks only. */
  declares: boolean;
  readonly roles: JournaledMap<string, Subscription>;
}

/** The allocator's state, changed through one journal, and the bookkeeping that spans tables. */
export class Books {
  readonly journal = new Journal();
  readonly agents = new JournaledMap<AgentId, AgentEntry>(this.journal);
  readonly frameworks = new JournaledMap<FrameworkId, FrameworkEntry>(this.journal);
  /** Agents something happened to since they were last looked at. */
  readonly candidates = new JournaledMap<AgentId, true>(this.journal);
  readonly clock = new FilterClock(this.journal);
  readonly pool: Pool;
  /** Roles by share; its clients are the roles with at least one tracked framework. */
  readonly roles: ShareTree;
  /** By role: its frameworks by share, active ones are those that may get an offer. */
  readonly sorters = new JournaledMap<string, ShareTree>(this.journal);

  constructor(fairnessExclude: readonly string[]) {
    this.pool = new Pool(this.journal, fairnessExclude);
    this.roles = new ShareTree(this.journal, this.pool, { flat: false });
  }

  framework(id: FrameworkId): FrameworkEntry {
    return present(this.frameworks.get(id), `framework ${id} in the allocator`);
  }

  agent(id: AgentId): AgentEntry {
    return present(this.agents.get(id), `agent ${id} in the allocator`);
  }

  sorter(role: string): ShareTree {
    return present(this.sorters.get(role), `sorter of role ${role}`);
  }

  candidate(agentId: AgentId): void {
    if (!this.candidates.has(agentId)) this.candidates.set(agentId, true);
  }

  allCandidates(): void {
    for (const agentId of this.agents.keys()) this.candidate(agentId);
  }

  /** The subscription, begun (inactive) when the framework is not tracked under the role yet. */
  track(frameworkId: FrameworkId, role: string): Subscription {
    let framework = this.frameworks.get(frameworkId);
    if (framework === undefined) {
      framework = { active: false, declares: false, roles: new JournaledMap(this.journal) };
      this.frameworks.set(frameworkId, framework);
    }
    const there = framework.roles.get(role);
    if (there !== undefined) return there;
    const subscription: Subscription = {
      frameworkId,
      role,
      subscribed: false,
      suppressed: false,
      asks: NO_ASKS,
      minimum: undefined,
      filters: new RoleFilters(this.journal, this.clock),
      held: new JournaledMap(this.journal),
    };
    framework.roles.set(role, subscription);
    let sorter = this.sorters.get(role);
    if (sorter === undefined) {
      sorter = new ShareTree(this.journal, this.pool, { flat: true });
      this.sorters.set(role, sorter);
      this.roles.add(role);
    }
    sorter.add(frameworkId, false);
    return subscription;
  }

  /** Ends a subscription nobody is subscribed to and that holds nothing. */
  untrack(framework: FrameworkEntry, subscription: Subscription): void {
    if (subscription.subscribed || subscription.held.size > 0) return;
    const { frameworkId, role } = subscription;
    subscription.filters.clear();
    framework.roles.delete(role);
    const sorter = this.sorter(role);
    sorter.remove(frameworkId);
    for (const other of this.frameworks.values()) if (other.roles.has(role)) return;
    this.sorters.delete(role);
    this.roles.remove(role);
  }

  /** A framework gets offers under a role when connected, not suppressed, and wanting something. */
  refresh(framework: FrameworkEntry, subscription: Subscription): void {
    const wants = !framework.declares || subscription.asks.shapes.length > 0;
    const active = framework.active && subscription.subscribed && !subscription.suppressed && wants;
    this.sorter(subscription.role).setActive(subscription.frameworkId, active);
  }

  hold(subscription: Subscription, agentId: AgentId, resources: Resources): void {
    const agent = this.agent(agentId);
    const { frameworkId, role, held } = subscription;
    held.set(agentId, addResources(held.get(agentId) ?? NO_RESOURCES, resources));
    this.setAllocated(agent, addResources(agent.allocated, resources));
    const amounts = scalarQuantitiesOf(resources);
    this.sorter(role).allocated(frameworkId, amounts);
    this.roles.allocated(role, amounts);
  }

  release(subscription: Subscription, agentId: AgentId, resources: Resources): void {
    const agent = this.agent(agentId);
    const { frameworkId, role, held } = subscription;
    const left = subtractResources(held.get(agentId) ?? NO_RESOURCES, resources);
    if (left.length === 0) held.delete(agentId);
    else held.set(agentId, left);
    this.setAllocated(agent, subtractResources(agent.allocated, resources));
    const amounts = scalarQuantitiesOf(resources);
    this.sorter(role).unallocated(frameworkId, amounts);
    this.roles.unallocated(role, amounts);
    this.candidate(agentId);
  }

  /** Call before changing an agent's entry. */
  touch(agent: AgentEntry): void {
    if (!this.journal.isFresh(agent)) return;
    const { facts, active, allocated, available } = agent;
    this.journal.recordOnce(agent, () => {
      Object.assign(agent, { facts, active, allocated, available });
    });
  }

  /** An agent that holds more than its total (it shrank) has nothing available. */
  private setAllocated(agent: AgentEntry, allocated: Resources): void {
    this.touch(agent);
    agent.allocated = allocated;
    agent.available = subtractSaturating(agent.facts.total, allocated);
  }
}
