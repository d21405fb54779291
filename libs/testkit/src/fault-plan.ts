import { millis, type Chance, type Millis } from '@ekiden/kernel';

/** A kind of fault: how likely at most per occasion, and how long it lasts at most. */
export interface FaultRange {
  /** 0 to 1. */
  readonly rateMax: number;
  readonly lastsMax?: Millis;
}

interface FaultShape {
  readonly rate: number;
  readonly lastsMax: Millis;
}

/** Share of the kinds of fault that a seed leaves out, so that seeds differ in character. */
const LEFT_OUT = 0.35;

/**
 * Which faults a world has and how often, drawn from its seed: some kinds not at all, others up to
 * their bound. Asking consumes chance only for kinds the world has.
 */
export class FaultPlan<Kind extends string> {
  private readonly chance: Chance;
  private readonly shapes: ReadonlyMap<Kind, FaultShape>;
  private off = false;

  constructor(chance: Chance, ranges: Readonly<Record<Kind, FaultRange>>) {
    this.chance = chance;
    const shapes = new Map<Kind, FaultShape>();
    for (const kind of Object.keys(ranges) as Kind[]) {
      const { rateMax, lastsMax } = ranges[kind];
      const leftOut = chance.next() < LEFT_OUT;
      const rate = rateMax * chance.next();
      shapes.set(kind, { rate: leftOut ? 0 : rate, lastsMax: lastsMax ?? millis(0) });
    }
    this.shapes = shapes;
  }

  /** Whether this fault strikes on this occasion. */
  strikes(kind: Kind): boolean {
    const rate = this.off ? 0 : this.rateOf(kind);
    return rate > 0 && this.chance.next() < rate;
  }

  /** How long it lasts this time: from 1 ms to the bound of its kind. */
  duration(kind: Kind): Millis {
    const most = this.shapes.get(kind)?.lastsMax ?? 0;
    return millis(1 + this.chance.next() * Math.max(0, most - 1));
  }

  rateOf(kind: Kind): number {
    return this.shapes.get(kind)?.rate ?? 0;
  }

  /** From now on the world is kind. */
  end(): void {
    this.off = true;
  }

  /** One line for a failure report. */
  describe(): string {
    const present = [...this.shapes].filter(([, { rate }]) => rate > 0);
    return present.map(([kind, { rate }]) => `${kind} ${(rate * 100).toFixed(1)} %`).join(', ');
  }
}
