import type { Millis } from '@ekiden/kernel';
import type { Backend } from '../../../core/traffic/index.js';

/** For so long, one that could not be reached is asked only when there is nobody else. */
const SHUNNED_MS = 1_000;

interface Turn {
  readonly key: string;
  readonly backend: Backend;
  /** How much it is owed: grows by its weight, pays the sum of weights when it is chosen. */
  credit: number;
  shunnedUntil: number;
}

/**
 * Whose turn it is to take what comes next. Evenly mixed by weight: with weights 3 and 1 every
 * fourth connection goes to the second, not three in a row and then one. Weight 0 has no turn.
 */
export class BackendTurns {
  private turns: readonly Turn[] = [];
  private total = 0;

  /** Those that stay keep their place. */
  set(backends: readonly Backend[]): void {
    const before = new Map(this.turns.map((turn) => [turn.key, turn]));
    this.turns = backends
      .filter(({ weight }) => weight > 0)
      .map((backend) => {
        const key = backendKey(backend);
        const { credit = 0, shunnedUntil = 0 } = before.get(key) ?? {};
        return { key, backend, credit, shunnedUntil };
      });
    this.total = this.turns.reduce((sum, { backend }) => sum + backend.weight, 0);
  }

  /** The one whose turn it is; `undefined` when all there are have been tried. */
  next(tried: ReadonlySet<string>, now: Millis): Backend | undefined {
    let best: Turn | undefined;
    for (const turn of this.turns) {
      turn.credit += turn.backend.weight;
      if (!tried.has(turn.key) && (best === undefined || isBefore(turn, best, now))) best = turn;
    }
    if (best === undefined) return undefined;
    best.credit -= this.total;
    return best.backend;
  }

  hasOthers(tried: ReadonlySet<string>): boolean {
    return this.turns.some(({ key }) => !tried.has(key));
  }

  /** It could not be reached. */
  shun(backend: Backend, now: Millis): void {
    const key = backendKey(backend);
    const turn = this.turns.find((each) => each.key === key);
    if (turn !== undefined) turn.shunnedUntil = now + SHUNNED_MS;
  }
}

function isBefore(turn: Turn, best: Turn, now: Millis): boolean {
  const [shunned, bestShunned] = [turn.shunnedUntil > now, best.shunnedUntil > now];
  return shunned === bestShunned ? turn.credit > best.credit : bestShunned;
}

/** One place of one task; a later task on the same port is another. */
export function backendKey({ host, port, taskId }: Backend): string {
  return `${taskId} ${host} ${port}`;
}
