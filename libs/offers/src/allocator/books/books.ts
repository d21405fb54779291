import { assert, AssertionFailed, present, type AgentId, type Millis } from '@ekiden/kernel';

import type { FrameworkId } from '../../framework/index.js';
import { Journal, JournaledMap, type Journaled } from '../../journal/index.js';
import {
  addResources,
  containsResources,
  NO_RESOURCES,
  subtractResources,
  remainderOf,
  type Resources,
} from '../../resources/index.js';
import { NO_ASKS } from '../asks.js';
import {
  add,
  Pool,
  ScalarNames,
  ShareTree,
  subtract,
  type Amounts,
  type ReadonlyAmounts,
  type SorterKind,
} from '../shares/index.js';
import { AgentKinds } from './agent-kinds.js';
import { AgentUndo, HoldingsUndo, noteFree } from './undo.js';
import { chunkOf, freeChunk, summedUp } from './chunks.js';
import {
  frameworkTraits,
  type AgentEntry,
  type Chunk,
  type FrameworkEntry,
  type Held,
  type RoleEntry,
  type Subscription,
} from './entries.js';
import { chargedSince, findHeld, heldList, sharedOf, sumWith, without } from './holdings.js';
import { FilterClock, SubscriptionFilters } from './filters.js';
import { LookedAt } from './looked-at.js';
import { RoleNodes } from './role-nodes.js';

export interface BooksOptions {
  readonly fairnessExclude: readonly string[];
  readonly roleSorter: SorterKind;
  readonly frameworkSorter: SorterKind;
  /** Present: Mesos's cycle. Absent: event-driven. */
  readonly batch: { readonly interval: Millis } | undefined;
}

/** The allocator's state, changed through one journal, and the sums that span its tables. */
export class Books {
  readonly journal = new Journal();
  readonly names = new ScalarNames();
  readonly agents = new JournaledMap<AgentId, AgentEntry>(this.journal);
  readonly frameworks = new JournaledMap<FrameworkId, FrameworkEntry>(this.journal);
  readonly roles = new JournaledMap<string, RoleEntry>(this.journal);
  /** Agents that may have something free: the others need not be looked at. */
  readonly mayGive: AgentEntry[] = [];
  /** Agents with an unavailability. */
  readonly leaving = new JournaledMap<AgentEntry, true>(this.journal);
  readonly nodes = new RoleNodes(this.journal, this.names);
  readonly kinds = new AgentKinds(this.names);
  readonly lookedAt: LookedAt;
  readonly clock: FilterClock;
  readonly pool: Pool;
  /** Roles by share; its clients are the roles with at least one tracked framework. */
  readonly roleTree: ShareTree<RoleEntry>;
  private readonly open: Journaled & { free: Amounts } = { recordedIn: 0, free: [] };
  readonly batch: boolean;
  readonly recovery: { wanted: { readonly agents: number; readonly until: Millis } | undefined } = {
    wanted: undefined,
  };
  private readonly frameworkSorter: SorterKind;

  constructor(options: BooksOptions) {
    const { fairnessExclude, roleSorter, frameworkSorter, batch } = options;
    const excluded = new Set(fairnessExclude.map((name) => this.names.number(name)));
    this.pool = new Pool(this.journal, excluded);
    this.roleTree = new ShareTree(this.journal, this.pool, { flat: false, kind: roleSorter });
    this.clock = new FilterClock(this.journal, batch);
    this.lookedAt = new LookedAt(this.journal, this.agents, this.mayGive, batch !== undefined);
    this.batch = batch !== undefined;
    this.frameworkSorter = frameworkSorter;
  }

  /** What is free of all agents, neither reserved nor revocable: the headroom there is. */
  get openFree(): ReadonlyAmounts {
    return this.open.free;
  }

  framework(id: FrameworkId): FrameworkEntry {
    return present(this.frameworks.get(id), `framework ${id} in the allocator`);
  }

  agent(id: AgentId): AgentEntry {
    const agent = this.agents.get(id);
    // Without `present`: its text would be put together for every event.
    if (agent === undefined) throw new AssertionFailed(`missing: agent ${id} in the allocator`);
    return agent;
  }

  /** The subscription, begun (inactive) when the framework is not tracked under the role yet. */
  track(id: FrameworkId, path: string): Subscription {
    let framework = this.frameworks.get(id);
    if (framework === undefined) {
      const traits = frameworkTraits(undefined);
      framework = { id, active: false, traits, roles: new JournaledMap(this.journal) };
      this.frameworks.set(id, framework);
    }
    const there = framework.roles.get(path);
    if (there !== undefined) return there;
    const role = this.roles.get(path) ?? this.beginRole(path);
    const subscription: Partial<Subscription> = {
      framework,
      role,
      filters: new SubscriptionFilters(this.journal, this.clock),
      subscribed: false,
      suppressed: false,
      asks: NO_ASKS,
      minimum: undefined,
      constraints: undefined,
    };
    const whole = subscription as Subscription;
    Object.assign(subscription, { leaf: role.frameworks.add(id, whole) });
    framework.roles.set(path, whole);
    return whole;
  }

  /** Ends a subscription nobody is subscribed to and that holds nothing (ROL-03). */
  untrack(subscription: Subscription): void {
    if (subscription.subscribed || subscription.leaf.pieces > 0) return;
    const { framework, role } = subscription;
    subscription.filters.clear();
    framework.roles.delete(role.path);
    role.frameworks.remove(framework.id);
    if (role.frameworks.size > 0) return;
    this.roles.delete(role.path);
    this.roleTree.remove(role.path);
    this.nodes.drop(role.path);
  }

  /** A framework gets offers under a role when connected, not suppressed, and wanting something. */
  refresh(subscription: Subscription): void {
    const { framework, role, leaf, subscribed, suppressed, asks } = subscription;
    const wants = !framework.traits.asks || asks.asks.size > 0;
    const active = framework.active && subscribed && !suppressed && wants;
    const before = role.frameworks.root.active;
    role.frameworks.setActive(leaf, active);
    const after = role.frameworks.root.active;
    if (before === 0 || after === 0) this.roleTree.setActive(role.leaf, after > 0);
  }

  /** Books resources of an agent to a framework. `times` = 0 does not count as an allocation. */
  hold(subscription: Subscription, agent: AgentEntry, chunk: Chunk, times = 1): void {
    if (chunk.resources.length === 0) return;
    this.book(subscription, agent, chunk, times);
    this.takeFree(agent, chunk);
  }

  /** {@link hold} without what is free: for many at once, before {@link setFree}. */
  book(subscription: Subscription, agent: AgentEntry, chunk: Chunk, times = 1): void {
    this.touchHoldings(agent);
    const { role } = subscription;
    const before = chunk.shared.length === 0 ? undefined : sharedOf(subscription, agent);
    role.frameworks.countPieces(subscription.leaf, 1);
    agent.held = { subscription, chunk, rest: agent.held };
    const charged = chargedSince(this.names, subscription, agent, before);
    role.frameworks.allocated(subscription.leaf, sumWith(chunk.scalars, charged.client), times);
    this.roleTree.allocated(role.leaf, sumWith(chunk.scalars, charged.role), times);
    this.nodes.consume(role.node, chunk.open, add);
  }

  /** The reverse of {@link hold}: that the framework has these is the caller's promise. */
  release(subscription: Subscription, agent: AgentEntry, resources: Resources): void {
    if (resources.length === 0) return;
    this.touchHoldings(agent);
    const { role } = subscription;
    const held = findHeld(agent.held, subscription, resources);
    const chunk = held?.chunk ?? chunkOf(this.names, agent, resources);
    const before = chunk.shared.length === 0 ? undefined : sharedOf(subscription, agent);
    if (held === undefined) {
      this.letGoOfSum(subscription, agent, chunk);
    } else {
      agent.held = without(agent.held, held);
      role.frameworks.countPieces(subscription.leaf, -1);
    }
    const charged = chargedSince(this.names, subscription, agent, before);
    role.frameworks.unallocated(subscription.leaf, sumWith(chunk.scalars, charged.client));
    this.roleTree.unallocated(role.leaf, sumWith(chunk.scalars, charged.role));
    this.nodes.consume(role.node, chunk.open, subtract);
    this.giveFree(agent, chunk);
    if (this.nodes.anyQuota) this.lookedAt.quotaEased();
  }

  inverseOf(agent: AgentEntry): NonNullable<AgentEntry['inverse']> {
    agent.inverse ??= new JournaledMap(this.journal);
    return agent.inverse;
  }

  /** Of a role's subtree among its siblings; the role exists as long as it has one of its own. */
  setWeight(path: string, weight: number): void {
    const before = this.roleTree.weightOf(path);
    this.roleTree.setWeight(path, weight);
    const after = this.roleTree.weightOf(path);
    if (before === 1 && after !== 1) this.nodes.keep(path);
    else if (before !== 1 && after === 1) this.nodes.drop(path);
  }

  /** Nothing is offered until so many agents are there, or until then (offer-core 2.7). */
  beginRecovery(agents: number, until: Millis): void {
    const wanted = agents > 0 ? { agents, until } : undefined;
    this.journal.assign(this.recovery, 'wanted', wanted);
  }

  /** Ends the pause when its time or the agents have come; true while it lasts. */
  isRecovering(now: Millis): boolean {
    const { wanted } = this.recovery;
    if (wanted === undefined) return false;
    if (now < wanted.until && this.activeAgents() < wanted.agents) return true;
    this.journal.assign(this.recovery, 'wanted', undefined);
    return false;
  }

  /** Those that are known only from before, and have not come back, do not count. */
  activeAgents(): number {
    let count = 0;
    for (const agent of this.agents.values()) if (agent.active) count += 1;
    return count;
  }

  /** What a framework has of an agent under a role. */
  heldBy(subscription: Subscription, agent: AgentEntry): Resources {
    let sum = NO_RESOURCES;
    for (let held = agent.held; held !== undefined; held = held.rest) {
      if (held.subscription === subscription) sum = addResources(sum, held.chunk.resources);
    }
    return sum;
  }

  /** What all frameworks have of an agent; copies of shared objects are counted. */
  allocatedOf(agent: AgentEntry): Resources {
    let sum = NO_RESOURCES;
    for (const { chunk } of heldList(agent.held)) sum = addResources(sum, chunk.resources);
    return sum;
  }

  /** Brings what is free in line with a new total, or with a holder's conversion. */
  setFree(agent: AgentEntry): void {
    this.touchHoldings(agent);
    if (agent.free.length > 0) this.changeOpenFree(freeChunk(this.names, agent).open, subtract);
    let own = NO_RESOURCES;
    for (let held = agent.held; held !== undefined; held = held.rest) {
      own = addResources(own, held.chunk.own);
    }
    const { chunk, over } = this.kinds.without(agent.kind, own);
    agent.over = over;
    agent.free = chunk.own;
    agent.memo = chunk;
    if (agent.shared !== chunk.shared) {
      this.touch(agent);
      agent.shared = chunk.shared;
    }
    agent.version += 1;
    agent.settledAt = -1;
    if (agent.free.length > 0) this.changeOpenFree(chunk.open, add);
    noteFree(agent);
  }

  /** Call before changing what an agent is. */
  touch(agent: AgentEntry): void {
    this.journal.record(new AgentUndo(agent));
  }

  private touchHoldings(agent: AgentEntry): void {
    if (this.journal.isFresh(agent)) this.journal.recordOnce(agent, new HoldingsUndo(agent));
  }

  private changeOpenFree(amounts: ReadonlyAmounts, apply: typeof add): void {
    if (amounts.length === 0) return;
    if (this.journal.isFresh(this.open)) {
      const free = this.open.free.slice();
      this.journal.recordOnce(this.open, () => {
        this.open.free = free;
      });
    }
    apply(this.open.free, amounts);
  }

  private beginRole(path: string): RoleEntry {
    const node = this.nodes.keep(path);
    const kind = this.frameworkSorter;
    const frameworks = new ShareTree<Subscription>(this.journal, this.pool, { flat: true, kind });
    const role: Partial<RoleEntry> = {
      path,
      nested: path.includes('/'),
      node,
      frameworks,
      ownMinimums: 0,
    };
    const whole = role as RoleEntry;
    Object.assign(role, { leaf: this.roleTree.add(path, whole) });
    this.roles.set(path, whole);
    return whole;
  }

  private takeFree(agent: AgentEntry, chunk: Chunk): void {
    if (chunk.own === agent.free) {
      agent.free = NO_RESOURCES;
      agent.version += 1;
      this.changeOpenFree(chunk.open, subtract);
      return;
    }
    const free = agent.over ? undefined : remainderOf(agent.free, chunk.own);
    if (free === undefined) {
      this.setFree(agent);
      return;
    }
    agent.free = free;
    agent.version += 1;
    noteFree(agent);
    agent.settledAt = -1;
    this.changeOpenFree(chunk.open, subtract);
  }

  private giveFree(agent: AgentEntry, chunk: Chunk): void {
    if (agent.over) {
      this.setFree(agent);
      return;
    }
    agent.free = agent.free.length === 0 ? chunk.own : addResources(agent.free, chunk.own);
    agent.version += 1;
    noteFree(agent);
    agent.settledAt = -1;
    this.changeOpenFree(chunk.open, add);
  }

  /** Takes resources out of all that a framework holds: what it has left is one piece then. */
  private letGoOfSum(subscription: Subscription, agent: AgentEntry, chunk: Chunk): void {
    const mine = this.heldBy(subscription, agent);
    const has = containsResources(mine, chunk.resources);
    assert(has, `${subscription.framework.id} gives back of ${agent.id} what it does not have`);
    const rest = subtractResources(mine, chunk.resources);
    let left: Held | undefined;
    let change = 0;
    for (const { subscription: holder, chunk: its } of heldList(agent.held).toReversed()) {
      if (holder === subscription) change -= 1;
      else left = { subscription: holder, chunk: its, rest: left };
    }
    if (rest.length > 0) {
      left = { subscription, chunk: summedUp(this.names, rest), rest: left };
      change += 1;
    }
    agent.held = left;
    subscription.role.frameworks.countPieces(subscription.leaf, change);
  }
}
