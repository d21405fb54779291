import type { Backend } from '../../../core/traffic/index.js';

interface Turn {
  readonly backend: Backend;
  /** How much it is owed: grows by its weight, pays the sum of weights when it is chosen. */
  credit: number;
}

/**
 * Whose turn it is to take the next connection. Evenly mixed by weight: with weights 3 and 1 every
 * fourth connection goes to the second, not three in a row and then one.
 */
export class BackendTurns {
  private turns: readonly Turn[] = [];

  /** Those that stay keep their place. */
  set(backends: readonly Backend[]): void {
    const credits = new Map(this.turns.map((turn) => [backendKey(turn.backend), turn.credit]));
    this.turns = backends.map((backend) => ({
      backend,
      credit: credits.get(backendKey(backend)) ?? 0,
    }));
  }

  /** The one whose turn it is, then the others in case it does not answer. */
  next(): readonly Backend[] {
    const total = this.turns.reduce((sum, { backend }) => sum + backend.weight, 0);
    for (const turn of this.turns) turn.credit += turn.backend.weight;
    const order = [...this.turns].sort((a, b) => b.credit - a.credit);
    const [first] = order;
    if (first !== undefined) first.credit -= total;
    return order.map(({ backend }) => backend);
  }
}

/** One place of one task; a later task on the same port is another. */
export function backendKey({ host, port, taskId }: Backend): string {
  return `${taskId} ${host} ${port}`;
}
