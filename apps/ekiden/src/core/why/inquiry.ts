import type { Millis } from '@ekiden/kernel';
import { hostsOf, type AskAllocator, type Host } from '../matching/index.js';
import type { StateView } from '../turn/index.js';

/** A service port that cannot be opened. */
export interface ClosedPort {
  readonly port: number;
  readonly address: string;
  readonly reason: string;
}

/** What explanations are made from: committed state, and who knows more. */
export interface WhyInput {
  readonly state: StateView;
  readonly now: Millis;
  /** Where the allocator can be asked. */
  readonly ask?: AskAllocator | undefined;
  /** What the router said last. */
  readonly closedPorts?: readonly ClosedPort[];
  /** Whether there is a router at all; true unless it says otherwise. */
  readonly isRouted?: boolean;
}

/** One question; what is free on agents is looked up once, when it is first needed. */
export class Inquiry {
  readonly state: StateView;
  readonly now: Millis;
  readonly ask: AskAllocator | undefined;
  readonly closedPorts: readonly ClosedPort[];
  readonly isRouted: boolean;
  private known: readonly Host[] | undefined;

  constructor({ state, now, ask, closedPorts = [], isRouted = true }: WhyInput) {
    this.state = state;
    this.now = now;
    this.ask = ask;
    this.closedPorts = closedPorts;
    this.isRouted = isRouted;
  }

  /** The same question, answered by our own rules alone. */
  withoutAllocator(): Inquiry {
    const { state, now, closedPorts, isRouted } = this;
    const other = new Inquiry({ state, now, closedPorts, isRouted });
    other.known = this.hosts;
    return other;
  }

  get hosts(): readonly Host[] {
    this.known ??= hostsOf(this.state);
    return this.known;
  }
}
