import { assert, type Steps } from '@ekiden/kernel';
import { JsonTexts } from './json-texts.js';

/** The types of the columns we write. */
export type ElementType =
  'text' | 'bigint' | 'integer' | 'boolean' | 'timestamptz' | 'json' | 'jsonb';

/**
 * An element of an array of that type: a string for text (safe text), json and jsonb (safe JSON), a
 * whole number for bigint and integer, the milliseconds since 1970 for timestamptz (of the years
 * 1715 to 2285); large json and jsonb in parts. `null` = NULL.
 */
export type Element = string | number | boolean | JsonTexts | null;

/** The elements in order; each is made when it is written, so that few exist at a time. */
export interface Elements {
  readonly count: number;
  readonly at: (index: number) => Element;
}

/** As `pg_type` numbers them; fixed for good. */
const TYPE_IDS: Readonly<Record<ElementType, number>> = {
  boolean: 16,
  bigint: 20,
  integer: 23,
  text: 25,
  json: 114,
  timestamptz: 1184,
  jsonb: 3802,
};

/** Elements that are written in one step, unless they are large. */
const ELEMENTS_PER_STEP = 50;

const CHUNK_MIN = 256 * 1024;
/** Dimensions, whether there are nulls, the type, the length and the lower bound: 4 bytes each. */
const HEADER = 20;
/** UTF-16 never takes more than this for one of its units in UTF-8. */
const BYTES_PER_UNIT = 3;
const JSONB_VERSION = 1;
/** Postgres counts from 2000. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * Writes whole columns as Postgres arrays in binary form ("array_recv" and the `_recv` function of
 * the element type): nothing to quote here and nothing to unquote there. What it returns lies in
 * memory of its own, several arrays in one piece of it.
 */
export class ArrayWriter {
  private chunk: Buffer = Buffer.alloc(0);
  private at = 0;
  private begin = 0;

  *array(type: ElementType, { count, at }: Elements): Steps<Buffer> {
    this.begin = this.at;
    this.reserve(HEADER);
    this.int32(count === 0 ? 0 : 1);
    this.int32(1);
    this.int32(TYPE_IDS[type]);
    if (count > 0) {
      this.int32(count);
      this.int32(1);
    }
    for (let index = 0; index < count; index += 1) {
      if (index % ELEMENTS_PER_STEP === ELEMENTS_PER_STEP - 1) yield;
      const element = at(index);
      if (element === null) {
        this.reserve(4);
        this.int32(-1);
      } else if (typeof element === 'string') {
        this.text(element, type);
      } else if (element instanceof JsonTexts) {
        yield* this.texts(element, type);
      } else {
        this.reserve(12);
        this.fixed(element, type);
      }
    }
    return this.chunk.subarray(this.begin, this.at);
  }

  private *texts(value: JsonTexts, type: ElementType): Steps<void> {
    this.reserve(5);
    const length = this.at - this.begin;
    this.at += 4;
    if (type === 'jsonb') this.chunk[this.at++] = JSONB_VERSION;
    for (const text of value.texts()) {
      this.reserve(text.length * BYTES_PER_UNIT);
      this.at += this.chunk.write(text, this.at);
      yield;
    }
    // The array may have moved to other memory meanwhile.
    const lengthAt = this.begin + length;
    this.chunk.writeInt32BE(this.at - lengthAt - 4, lengthAt);
  }

  private text(value: string, type: ElementType): void {
    this.reserve(5 + value.length * BYTES_PER_UNIT);
    const lengthAt = this.at;
    this.at += 4;
    if (type === 'jsonb') this.chunk[this.at++] = JSONB_VERSION;
    this.at += this.chunk.write(value, this.at);
    this.chunk.writeInt32BE(this.at - lengthAt - 4, lengthAt);
  }

  private fixed(value: number | boolean, type: ElementType): void {
    switch (type) {
      case 'boolean':
        this.int32(1);
        this.chunk[this.at++] = value === true ? 1 : 0;
        return;
      case 'integer':
        this.int32(4);
        this.int32(Number(value));
        return;
      case 'bigint':
        this.int64(Number(value));
        return;
      case 'timestamptz':
        this.int64((Number(value) - POSTGRES_EPOCH_MS) * 1_000);
        return;
      case 'text':
      case 'json':
      case 'jsonb':
        assert(false, `a ${typeof value} in an array of ${type}`);
    }
  }

  private int32(value: number): void {
    this.at = this.chunk.writeInt32BE(value, this.at);
  }

  private int64(value: number): void {
    assert(Number.isSafeInteger(value), `${value} is not a safe integer`);
    this.int32(8);
    this.int32(Math.floor(value / 2 ** 32));
    this.at = this.chunk.writeUInt32BE(value >>> 0, this.at);
  }

  /** Goes on in new memory when the present piece is full, with the array begun in it. */
  private reserve(bytes: number): void {
    if (this.at + bytes <= this.chunk.length) return;
    const begun = this.chunk.subarray(this.begin, this.at);
    const next = Buffer.allocUnsafeSlow(Math.max(CHUNK_MIN, 2 * (begun.length + bytes)));
    begun.copy(next);
    this.chunk = next;
    this.begin = 0;
    this.at = begun.length;
  }
}
