import type { Undo } from '../../journal/index.js';
import type { AgentEntry, Subscription } from './entries.js';

/** Keeps the set of agents worth a look in line with what is free of one. */
export function noteFree(withFree: Set<AgentEntry>, agent: AgentEntry): void {
  if (agent.free.length > 0 || agent.shared.length > 0) withFree.add(agent);
  else withFree.delete(agent);
}

/** Restores an agent's entry as it was when this was made. */
export class AgentUndo implements Undo {
  private readonly agent: AgentEntry;
  private readonly withFree: Set<AgentEntry>;
  private readonly facts: AgentEntry['facts'];
  private readonly traits: AgentEntry['traits'];
  private readonly flags: number;
  private readonly unavailability: AgentEntry['unavailability'];
  private readonly held: AgentEntry['held'];
  private readonly free: AgentEntry['free'];
  private readonly shared: AgentEntry['shared'];

  constructor(agent: AgentEntry, withFree: Set<AgentEntry>) {
    this.agent = agent;
    this.withFree = withFree;
    this.facts = agent.facts;
    this.traits = agent.traits;
    this.flags =
      (agent.active ? 1 : 0) | (agent.letIn ? 2 : 0) | (agent.over ? 4 : 0) | (agent.present ? 8 : 0);
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
    if (agent.present) noteFree(this.withFree, agent);
  }
}

/** Takes back that a framework holds something of one agent more, or less. */
export class CountUndo implements Undo {
  private readonly subscription: Subscription;
  private readonly change: number;

  constructor(subscription: Subscription, change: number) {
    this.subscription = subscription;
    this.change = change;
  }

  undo(): void {
    this.subscription.agents -= this.change;
  }
}
