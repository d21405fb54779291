import {
  type AgentId,
  assert,
  type Chance,
  type IdSource,
  type Merging,
  type Millis,
  Overlay,
  present,
  type TaskId,
  type TaskStatus,
} from '@ekiden/kernel';

import type { AgentFacts, AllocatorTurn } from '../allocator/index.js';
import type {
  FrameworkEvent,
  FrameworkId,
  InverseOffer,
  Offer,
  OfferId,
} from '../framework/index.js';
import type { Resources } from '../resources/index.js';
import { agentFacts } from './agent-facts.js';
import type { Eviction } from './preemption-rows.js';
import type {
  AgentRow,
  FrameworkRow,
  MasterEffect,
  RoleRow,
  TaskRow,
  WithheldPorts,
} from './rows.js';
import type { MasterSettings } from './settings.js';
import { statusEvent } from './status-event.js';
import type { AskRow, MasterTables } from './tables.js';

/** What a turn is handed from outside. `epoch` = the leadership term. */
export interface TurnContext {
  readonly now: Millis;
  readonly chance: Chance;
  readonly ids: IdSource;
  readonly epoch: number;
}

/** Whose resources and where: an offer, a task. */
export type Owner = Pick<Offer, 'frameworkId' | 'role' | 'agentId'>;

/** A framework that lets so many events pile up is a bug in its host process. */
const EVENTS_MAX = 1_000_000;

/** One turn's view of the master: overlays over the tables, the allocator's draft, and outboxes. */
export class Draft {
  readonly ctx: TurnContext;
  readonly settings: MasterSettings;
  readonly agents: Overlay<AgentId, AgentRow>;
  readonly frameworks: Overlay<FrameworkId, FrameworkRow>;
  readonly tasks: Overlay<TaskId, TaskRow>;
  readonly roles: Overlay<string, RoleRow>;
  readonly offers: Overlay<OfferId, Offer>;
  readonly inverseOffers: Overlay<string, InverseOffer>;
  readonly withheld: Overlay<AgentId, WithheldPorts>;
  readonly asks: Overlay<FrameworkId, AskRow>;
  readonly evictions: Overlay<TaskId, Eviction>;
  readonly allocator: AllocatorTurn;
  /** Agents whose books changed in this turn. */
  readonly touched = new Set<AgentId>();
  readonly tables: MasterTables;
  effects: MasterEffect[];
  /** Agents left in the queue by a run that was not cut off: what they wait for is not time. */
  waiting: number;
  private readonly events = new Map<FrameworkId, FrameworkEvent[]>();

  constructor(tables: MasterTables, ctx: TurnContext, settings: MasterSettings) {
    this.tables = tables;
    this.ctx = ctx;
    this.settings = settings;
    this.allocator = tables.allocator.begin();
    this.agents = new Overlay(tables.agents);
    this.frameworks = new Overlay(tables.frameworks);
    this.tasks = new Overlay(tables.tasks);
    this.roles = new Overlay(tables.roles);
    this.offers = new Overlay(tables.offers);
    this.inverseOffers = new Overlay(tables.inverseOffers);
    this.withheld = new Overlay(tables.withheld);
    this.asks = new Overlay(tables.asks);
    this.evictions = new Overlay(tables.evictions);
    this.effects = [...tables.effects];
    this.waiting = tables.waiting;
  }

  framework(id: FrameworkId): FrameworkRow {
    return present(this.frameworks.get(id), `framework ${id}`);
  }

  /** Tells a connected framework; one that is away learns by reconciling. */
  emit(frameworkId: FrameworkId, event: FrameworkEvent): void {
    if (this.frameworks.get(frameworkId)?.connected !== true) return;
    const outbox = this.outbox(frameworkId);
    outbox.push(event);
    assert(outbox.length <= EVENTS_MAX, `framework ${frameworkId} does not take its events`);
  }

  /** In the words the framework can deal with; a state it has no word for is not told. */
  emitStatus(frameworkId: FrameworkId, status: TaskStatus): void {
    const info = this.frameworks.get(frameworkId)?.info;
    const event = info === undefined ? undefined : statusEvent(info, status);
    if (event !== undefined) this.emit(frameworkId, event);
  }

  takeEvents(frameworkId: FrameworkId): readonly FrameworkEvent[] {
    const taken = this.outbox(frameworkId);
    this.events.set(frameworkId, []);
    return taken;
  }

  takeEffects(): readonly MasterEffect[] {
    const taken = this.effects;
    this.effects = [];
    return taken;
  }

  /** What may be offered of a host: its total without the ports others hold. */
  facts(row: AgentRow): AgentFacts {
    const held = this.withheld.get(row.id)?.ports ?? [];
    return agentFacts(
      row,
      held.map((entry) => entry.port),
    );
  }

  addOffer(offer: Offer): void {
    this.offers.put(offer.id, offer);
    this.touched.add(offer.agentId);
  }

  /** Takes the offer off the table; its resources stay booked to the framework. */
  removeOffer(offer: Offer): void {
    this.offers.remove(offer.id);
    this.touched.add(offer.agentId);
  }

  /** Ends the offer and frees what it held; `reason` present = the framework is told. */
  discardOffer(offer: Offer, reason?: string): void {
    this.removeOffer(offer);
    this.recover(offer, offer.resources);
    if (reason === undefined) return;
    this.emit(offer.frameworkId, { kind: 'rescind', offerId: offer.id, reason });
  }

  discardOffersOfAgent(agentId: AgentId, reason: string): void {
    for (const offer of this.offers.by('agent', agentId)) this.discardOffer(offer, reason);
  }

  discardOffersOfFramework(frameworkId: FrameworkId): void {
    for (const offer of this.offers.by('framework', frameworkId)) this.discardOffer(offer);
  }

  /** Frees resources of a framework; `filterUntil` keeps them away from it for a while. */
  recover(owner: Owner, resources: Resources, filterUntil?: Millis, filterReason?: string): void {
    if (resources.length === 0) return;
    this.touched.add(owner.agentId);
    const { frameworkId, role, agentId } = owner;
    const kind = 'recovered';
    // Each written out: what a spread is added to has a hidden class of its own in this V8, object by
    // object, and every read of it is then a search.
    if (filterUntil === undefined) {
      this.allocator.reduce({ kind, frameworkId, role, agentId, resources });
    } else if (filterReason === undefined) {
      this.allocator.reduce({ kind, frameworkId, role, agentId, resources, filterUntil });
    } else {
      this.allocator.reduce({
        kind,
        frameworkId,
        role,
        agentId,
        resources,
        filterUntil,
        filterReason,
      });
    }
  }

  /** The allocator's books have no way back: who merges provisionally drops all when that fails. */
  merge(how: Merging = {}): void {
    const { tables } = this;
    for (const [id, offer] of this.offers.changes()) {
      if (offer?.leaseEnd === undefined) tables.leases.delete(id);
      else tables.leases.set(id, offer.leaseEnd);
    }
    this.agents.merge(how);
    this.frameworks.merge(how);
    tables.usage.take(this.tasks.changes());
    this.tasks.merge(how);
    this.roles.merge(how);
    this.offers.merge(how);
    this.inverseOffers.merge(how);
    this.withheld.merge(how);
    this.asks.merge(how);
    this.evictions.merge(how);
    this.allocator.merge();
    tables.expectedAgents = 0;
    tables.waiting = this.waiting;
    tables.effects = this.effects;
    for (const [frameworkId, events] of this.events) {
      if (events.length === 0) tables.events.delete(frameworkId);
      else tables.events.set(frameworkId, events);
    }
  }

  /** What was merged provisionally is committed. */
  confirm(): void {
    this.agents.confirm();
    this.frameworks.confirm();
    this.tasks.confirm();
    this.roles.confirm();
    this.offers.confirm();
    this.inverseOffers.confirm();
    this.withheld.confirm();
    this.asks.confirm();
    this.evictions.confirm();
  }

  private outbox(frameworkId: FrameworkId): FrameworkEvent[] {
    let outbox = this.events.get(frameworkId);
    if (outbox === undefined) {
      outbox = [...(this.tables.events.get(frameworkId) ?? [])];
      this.events.set(frameworkId, outbox);
    }
    return outbox;
  }
}
