import { ChanceIdSource, type SeededChance } from '@ekiden/kernel';
import { chanceFor } from '@ekiden/testkit';

/** What one turn is decided with, beside the state. */
export interface Drawn {
  /** For what is drawn by lot: that does not depend on how many ids were given out before. */
  readonly chance: SeededChance;
  readonly ids: ChanceIdSource;
}

/** New chance per turn, so that a turn can be decided twice the same way. */
export class TurnDraws {
  private readonly seed: number;
  private count = 0;
  private last: ChanceIdSource | undefined;

  constructor(seed: number) {
    this.seed = seed;
  }

  draw(): Drawn {
    this.count += 1;
    const ids = chanceFor(this.seed, `ids of turn ${this.count}`);
    return {
      chance: chanceFor(this.seed, `turn ${this.count}`),
      ids: new ChanceIdSource(ids, this.last),
    };
  }

  /** These ids were used: as with the one source of a service, all later ones come after them. */
  keep({ ids }: Pick<Drawn, 'ids'>): void {
    this.last = ids;
  }

  /** The same each time it is called. */
  repeatable(): () => Drawn {
    const { count } = this;
    return () => {
      this.count = count;
      return this.draw();
    };
  }
}
