import {
  type AgentId,
  assert,
  type Chance,
  type IdSource,
  millis,
  type Millis,
  Overlay,
  present,
  type TaskId,
  type TaskStatus,
} from '@ekiden/kernel';

import type { AgentFacts, AllocatorTurn } from '../allocator/index.js';
import type { FrameworkEvent, FrameworkId, Offer, OfferId } from '../framework/index.js';
import { withoutPorts, type Resources } from '../resources/index.js';
import type { AgentRow, FrameworkRow, MasterEffect, TaskRow, WithheldPorts } from './rows.js';
import type { MasterTables } from './tables.js';

/** What a turn is handed from outside. `epoch` = the leadership term. */
export interface TurnContext {
  readonly now: Millis;
  readonly chance: Chance;
  readonly ids: IdSource;
  readonly epoch: number;
}

/** A framework that lets so many events pile up is a bug in its host process. */
const EVENTS_MAX = 1_000_000;

/** One turn's view of the master: overlays over the tables, the allocator's draft, and outboxes. */
export class Draft {
  readonly ctx: TurnContext;
  readonly offerTimeout: Millis | undefined;
  readonly agents: Overlay<AgentId, AgentRow>;
  readonly frameworks: Overlay<FrameworkId, FrameworkRow>;
  readonly tasks: Overlay<TaskId, TaskRow>;
  readonly offers: Overlay<OfferId, Offer>;
  readonly withheld: Overlay<AgentId, WithheldPorts>;
  readonly allocator: AllocatorTurn;
  /** Agents whose books changed in this turn. */
  readonly touched = new Set<AgentId>();
  readonly tables: MasterTables;
  effects: MasterEffect[];
  private readonly events = new Map<FrameworkId, FrameworkEvent[]>();

  constructor(tables: MasterTables, ctx: TurnContext, offerTimeout: Millis | undefined) {
    this.tables = tables;
    this.ctx = ctx;
    this.offerTimeout = offerTimeout;
    tables.journal.rollback();
    this.allocator = tables.allocator.begin();
    this.agents = new Overlay(tables.agents);
    this.frameworks = new Overlay(tables.frameworks);
    this.tasks = new Overlay(tables.tasks);
    this.offers = new Overlay(tables.offers);
    this.withheld = new Overlay(tables.withheld);
    this.effects = [...tables.effects];
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

  emitStatus(frameworkId: FrameworkId, status: TaskStatus): void {
    this.emit(frameworkId, { kind: 'status', status });
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
    const { id, hostname, attributes, domain } = row;
    const total = withoutPorts(
      row.total,
      held.map((entry) => entry.port),
    );
    const facts = { id, hostname, attributes, total };
    return domain === undefined ? facts : { ...facts, domain };
  }

  addOffer(offer: Offer): void {
    this.offers.put(offer.id, offer);
    this.touched.add(offer.agentId);
    if (this.offerTimeout !== undefined) {
      this.tables.offerDeadlines.set(offer, this.endOf(offer));
    }
  }

  /** Takes the offer off the table; its resources stay booked to the framework. */
  removeOffer(offer: Offer): void {
    this.offers.remove(offer.id);
    this.touched.add(offer.agentId);
    if (this.offerTimeout !== undefined) {
      this.tables.offerDeadlines.delete(offer, this.endOf(offer));
    }
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

  dueOffers(): readonly Offer[] {
    const due = this.tables.offerDeadlines.due(this.ctx.now, (offer) => this.endOf(offer));
    return due.filter((offer) => this.offers.has(offer.id));
  }

  /** Frees resources of a framework; `filterUntil` keeps them away from it for a while. */
  recover(
    owner: Pick<Offer, 'frameworkId' | 'role' | 'agentId'>,
    resources: Resources,
    filterUntil?: Millis,
  ): void {
    if (resources.length === 0) return;
    this.touched.add(owner.agentId);
    const { frameworkId, role, agentId } = owner;
    const event = { kind: 'recovered' as const, frameworkId, role, agentId, resources };
    this.allocator.reduce(filterUntil === undefined ? event : { ...event, filterUntil });
  }

  merge(): void {
    this.agents.merge();
    this.frameworks.merge();
    this.tasks.merge();
    this.offers.merge();
    this.withheld.merge();
    this.allocator.merge();
    this.tables.journal.commit();
    this.tables.effects = this.effects;
    for (const [frameworkId, events] of this.events) {
      if (events.length === 0) this.tables.events.delete(frameworkId);
      else this.tables.events.set(frameworkId, events);
    }
  }

  private outbox(frameworkId: FrameworkId): FrameworkEvent[] {
    let outbox = this.events.get(frameworkId);
    if (outbox === undefined) {
      outbox = [...(this.tables.events.get(frameworkId) ?? [])];
      this.events.set(frameworkId, outbox);
    }
    return outbox;
  }

  private endOf(offer: Offer): Millis {
    return millis(offer.createdAt + (this.offerTimeout ?? 0));
  }
}
