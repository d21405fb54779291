import type { Chance } from '@ekiden/kernel';

/** A value of a field; `undefined` stands for hosts without it. */
export type FieldText = string | undefined;

/** Values by how many instances an app has there, fewest first, those of one number at random. */
export class ValueOrder {
  private readonly levels: FieldText[][] = [];
  private readonly chance: Chance;
  private lowest = 0;

  constructor(counts: ReadonlyMap<FieldText, number>, chance: Chance) {
    this.chance = chance;
    for (const [value, count] of counts) this.level(count).push(value);
  }

  /**
   * The first value that `visit` wants, which has one more from then on. `visit` says of each what
   * to do: `take` it, `skip` it for now, `drop` it for good. With `fewestOnly` none is looked at
   * that has more than the fewest.
   */
  take(
    visit: (value: FieldText) => 'take' | 'skip' | 'drop',
    { fewestOnly }: { readonly fewestOnly: boolean },
  ): void {
    for (let count = this.lowest; count < this.levels.length; count += 1) {
      const level = this.level(count);
      for (let at = 0; at < level.length;) {
        const value = draw(level, at, this.chance);
        const wish = visit(value);
        if (wish === 'skip') {
          at += 1;
          continue;
        }
        remove(level, at);
        if (wish === 'drop') continue;
        this.level(count + 1).push(value);
        this.forget();
        return;
      }
      if (fewestOnly && level.length > 0) return;
    }
  }

  private level(count: number): FieldText[] {
    for (let n = this.levels.length; n <= count; n += 1) this.levels.push([]);
    return this.levels[count] ?? [];
  }

  private forget(): void {
    while (this.lowest < this.levels.length && this.levels[this.lowest]?.length === 0) {
      this.lowest += 1;
    }
  }
}

function draw(level: FieldText[], at: number, chance: Chance): FieldText {
  const from = at + chance.int(level.length - at);
  const drawn = level[from];
  level[from] = level[at];
  level[at] = drawn;
  return drawn;
}

function remove(level: FieldText[], at: number): void {
  level[at] = level[level.length - 1];
  level.pop();
}
