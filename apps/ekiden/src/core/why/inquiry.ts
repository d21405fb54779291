import type { Millis, Steps } from '@ekiden/kernel';
import { agentsOf, hostsInSteps, type Host, type Sight } from '../matching/index.js';
import type { StateView } from '../turn/index.js';

/** A service port that cannot be opened. */
export interface ClosedPort {
  readonly port: number;
  readonly address: string;
  readonly reason: string;
}

/** What an explanation is made from beside what is seen. */
export interface WhyFacts {
  readonly now: Millis;
  /** What the router said last. */
  readonly closedPorts?: readonly ClosedPort[];
  /** Whether there is a router at all; true unless it says otherwise. */
  readonly isRouted?: boolean;
}

/** What explanations are made from: committed state, and who knows more. */
export type WhyInput = WhyFacts & Sight;

/**
 * One question, answered in steps: the state is that of the step. What is free on agents, and what a
 * deployment waits for, is looked up once, when it is first needed.
 */
export class Inquiry {
  readonly now: Millis;
  readonly closedPorts: readonly ClosedPort[];
  readonly isRouted: boolean;
  readonly sight: () => Sight;
  /** What deployments wait for, by id, as far as it is known. */
  readonly waits = new Map<string, readonly string[]>();
  private known: readonly Host[] | undefined;

  constructor({ now, closedPorts = [], isRouted = true }: WhyFacts, sight: () => Sight) {
    this.now = now;
    this.closedPorts = closedPorts;
    this.isRouted = isRouted;
    this.sight = sight;
  }

  get state(): StateView {
    return this.sight().state;
  }

  *hosts(): Steps<readonly Host[]> {
    this.known ??= yield* hostsInSteps(this.sight, agentsOf(this.state));
    return this.known;
  }
}
