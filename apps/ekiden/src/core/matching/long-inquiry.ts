import type { Steps } from '@ekiden/kernel';
import type { Sight } from './judge-agents.js';

/**
 * A question that takes several looks: its steps ask anew in each what there is to be seen, as the
 * state they were shown before may be changed between two looks.
 */
export class LongInquiry<T> {
  private readonly steps: Steps<T>;
  private sight: Sight | undefined;

  /** `answer` may ask for what is seen while it does a step, not before the first one. */
  constructor(answer: (sight: () => Sight) => Steps<T>) {
    this.steps = answer(() => {
      if (this.sight === undefined) throw new Error('nothing is seen before the first look');
      return this.sight;
    });
  }

  /** Goes on until `isOver`, looked at between short steps; the answer, once it is found. */
  goOn(sight: Sight, isOver: () => boolean): { readonly answer: T } | undefined {
    this.sight = sight;
    for (;;) {
      const { done, value } = this.steps.next();
      if (done === true) return { answer: value };
      if (isOver()) return undefined;
    }
  }
}
