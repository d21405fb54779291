/** A rule of safety: looks at one moment of a world and says what is wrong, in sentences. */
export interface Checker<Sight> {
  /** Name of the rule, as it stands in failure reports. */
  readonly rule: string;
  readonly check: (sight: Sight) => readonly string[];
}

export interface Breach {
  readonly rule: string;
  readonly sentence: string;
}

/** Every breach of every rule at this moment. */
export function breaches<Sight>(
  checkers: readonly Checker<Sight>[],
  sight: Sight,
): readonly Breach[] {
  return checkers.flatMap(({ rule, check }) =>
    check(sight).map((sentence) => ({ rule, sentence })),
  );
}

export interface WorldStory {
  readonly seed: number;
  readonly turn: number;
  readonly breaches: readonly Breach[];
  /** What kind of world it was. */
  readonly setting: string;
  readonly trace: string;
}

/** A world broke a rule: everything needed to understand it and to see it again. */
export class WorldBroken extends Error {
  override readonly name = 'WorldBroken';
  readonly story: WorldStory;

  constructor(story: WorldStory) {
    const rules = story.breaches.map(({ rule, sentence }) => `  ${rule}: ${sentence}`);
    super(
      [
        `seed ${story.seed}, turn ${story.turn}:`,
        ...rules,
        `the world: ${story.setting}`,
        'what happened last:',
        story.trace,
      ].join('\n'),
    );
    this.story = story;
  }
}
