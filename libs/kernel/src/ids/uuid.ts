import type { Chance } from '../chance/chance.js';
import type { Millis } from '../time/clock.js';

const GREGORIAN_OFFSET_MS = 12_219_292_800_000n;

function hex(value: bigint | number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function randomHex(chance: Chance, digits: number): string {
  let text = '';
  while (text.length < digits) text += hex(chance.int(0x10000), 4);
  return text.slice(0, digits);
}

function variant(chance: Chance): string {
  return hex(0x8000 | chance.int(0x4000), 4);
}

/** Identities for things that live in the state; drawn from injected time and chance only. */
export interface IdSource {
  /** Random UUID (RFC 9562 version 4), the form of Marathon's deployment ids. */
  random(): string;
  /** Time-based UUID (version 1), the form inside Marathon's instance ids. Unique per source. */
  timeBased(now: Millis): string;
  /** Time-ordered UUID (version 7): sorts by creation time as text. Strictly increasing per source. */
  sortable(now: Millis): string;
}

/** `node` = 12 hex digits that tell sources apart (version 1's node field). */
export class ChanceIdSource implements IdSource {
  private readonly chance: Chance;
  private readonly node: string;
  private lastTicks = 0n;
  private lastMs = 0;
  private sequence = 0;

  /** `before`: a source whose ids came before those of this one, also where time has stood still. */
  constructor(chance: Chance, before?: ChanceIdSource) {
    this.chance = chance;
    if (before !== undefined) {
      this.lastTicks = before.lastTicks;
      this.lastMs = before.lastMs;
      this.sequence = before.sequence;
    }
    // The multicast bit marks a node field that is no real network address (RFC 9562, 6.10).
    this.node = hex(0x01 | chance.int(0x100), 2) + randomHex(chance, 10);
  }

  random(): string {
    const c = this.chance;
    return `${randomHex(c, 8)}-${randomHex(c, 4)}-4${randomHex(c, 3)}-${variant(c)}-${randomHex(c, 12)}`;
  }

  timeBased(now: Millis): string {
    let ticks = (BigInt(now) + GREGORIAN_OFFSET_MS) * 10_000n;
    if (ticks <= this.lastTicks) ticks = this.lastTicks + 1n;
    this.lastTicks = ticks;
    const low = hex(ticks & 0xffff_ffffn, 8);
    const mid = hex((ticks >> 32n) & 0xffffn, 4);
    const high = hex((ticks >> 48n) & 0x0fffn, 3);
    return `${low}-${mid}-1${high}-${variant(this.chance)}-${this.node}`;
  }

  sortable(now: Millis): string {
    if (now > this.lastMs) {
      this.lastMs = now;
      this.sequence = 0;
    } else {
      this.sequence += 1;
      if (this.sequence > 0xfff) {
        this.lastMs += 1;
        this.sequence = 0;
      }
    }
    const time = hex(this.lastMs, 12);
    const tail = `${variant(this.chance)}-${randomHex(this.chance, 12)}`;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(this.sequence, 3)}-${tail}`;
  }
}
