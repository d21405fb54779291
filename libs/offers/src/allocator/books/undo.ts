import type { Undo } from '../../journal/index.js';
import { NO_RESOURCES } from '../../resources/index.js';
import type { Books } from './books.js';
import type { AgentEntry } from './entries.js';

/** Lists an agent of which something is free; it leaves the list when it is found to have nothing. */
export function noteFree(agent: AgentEntry): void {
  if (agent.listed || (agent.free.length === 0 && agent.shared.length === 0)) return;
  agent.listed = true;
  agent.listedIn.push(agent);
}

/** Restores what an agent's holders have, and with it what is free: made once a turn and agent. */
export class HoldingsUndo implements Undo {
  private readonly agent: AgentEntry;
  private readonly held: AgentEntry['held'];
  private readonly free: AgentEntry['free'];
  private readonly over: boolean;

  constructor(agent: AgentEntry) {
    this.agent = agent;
    this.held = agent.held;
    this.free = agent.free;
    this.over = agent.over;
  }

  undo(): void {
    const { agent } = this;
    agent.held = this.held;
    agent.free = this.free;
    agent.over = this.over;
    wasOtherwise(agent);
  }
}

/** Restores what an agent is, which changes seldom. */
export class AgentUndo implements Undo {
  private readonly agent: AgentEntry;
  private readonly before: Pick<
    AgentEntry,
    'facts' | 'traits' | 'kind' | 'active' | 'letIn' | 'present' | 'unavailability' | 'shared'
  >;

  constructor(agent: AgentEntry) {
    const { facts, traits, kind, active, letIn, present, unavailability, shared } = agent;
    this.agent = agent;
    this.before = { facts, traits, kind, active, letIn, present, unavailability, shared };
  }

  undo(): void {
    Object.assign(this.agent, this.before);
    wasOtherwise(this.agent);
  }
}

/**
 * Takes back that agents came: one undo for all of a turn, recorded with the first of them. By then
 * everything else that happened to them is taken back.
 */
export class AddedUndo implements Undo {
  private readonly books: Pick<Books, 'agents' | 'lookedAt'>;
  private readonly added: readonly AgentEntry[];

  /** `added` may grow until the turn ends. */
  constructor(books: Pick<Books, 'agents' | 'lookedAt'>, added: readonly AgentEntry[]) {
    this.books = books;
    this.added = added;
  }

  undo(): void {
    const { agents, lookedAt } = this.books;
    for (const agent of this.added) {
      // Another one may have had the name before.
      if (agents.get(agent.id) === agent) agents.dropNew(agent.id);
      lookedAt.dropNew(agent);
      // It may stand in lists that are gone through later: it has nothing to give.
      agent.present = false;
      agent.held = undefined;
      agent.free = NO_RESOURCES;
      agent.shared = NO_RESOURCES;
    }
  }
}

/** What was read of it in the draft is not what it is. */
function wasOtherwise(agent: AgentEntry): void {
  agent.version += 1;
  agent.settledAt = -1;
  if (agent.present) noteFree(agent);
}
