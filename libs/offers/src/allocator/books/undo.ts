import type { Undo } from '../../journal/index.js';
import type { AgentEntry } from './entries.js';

/** Lists an agent of which something is free; it leaves the list when it is found to have nothing. */
export function noteFree(mayGive: AgentEntry[], agent: AgentEntry): void {
  if (agent.listed || (agent.free.length === 0 && agent.shared.length === 0)) return;
  agent.listed = true;
  mayGive.push(agent);
}

/** Restores an agent's entry as it was when this was made. */
export class AgentUndo implements Undo {
  private readonly agent: AgentEntry;
  private readonly mayGive: AgentEntry[];
  private readonly facts: AgentEntry['facts'];
  private readonly traits: AgentEntry['traits'];
  private readonly flags: number;
  private readonly unavailability: AgentEntry['unavailability'];
  private readonly held: AgentEntry['held'];
  private readonly free: AgentEntry['free'];
  private readonly shared: AgentEntry['shared'];

  constructor(agent: AgentEntry, mayGive: AgentEntry[]) {
    this.agent = agent;
    this.mayGive = mayGive;
    this.facts = agent.facts;
    this.traits = agent.traits;
    this.flags =
      (agent.active ? 1 : 0) |
      (agent.letIn ? 2 : 0) |
      (agent.over ? 4 : 0) |
      (agent.present ? 8 : 0);
    this.unavailability = agent.unavailability;
    this.held = agent.held;
    this.free = agent.free;
    this.shared = agent.shared;
  }

  undo(): void {
    const { agent, flags } = this;
    agent.facts = this.facts;
    agent.traits = this.traits;
    agent.active = (flags & 1) > 0;
    agent.letIn = (flags & 2) > 0;
    agent.over = (flags & 4) > 0;
    agent.present = (flags & 8) > 0;
    agent.unavailability = this.unavailability;
    agent.held = this.held;
    agent.free = this.free;
    agent.shared = this.shared;
    // What was read of it in the draft is not what it is.
    agent.version += 1;
    agent.settledAt = -1;
    if (agent.present) noteFree(this.mayGive, agent);
  }
}
