/** One thing that is wrong in a JSON array of resources. */
export interface JsonViolation {
  /** Which element of the array; -1 = the array itself. */
  readonly index: number;
  /** JSON pointer to the member, from the array on: `/3/disk/source/type`. */
  readonly path: string;
  /** The rule it breaks. */
  readonly rule: string;
}

const VIOLATIONS_MAX = 100;

/** Gathers what is wrong while an array is read. */
export class JsonReading {
  private readonly found: JsonViolation[] = [];

  get violations(): readonly JsonViolation[] {
    return this.found;
  }

  get isFull(): boolean {
    return this.found.length >= VIOLATIONS_MAX;
  }

  violation(index: number, path: string, rule: string): void {
    if (this.isFull) return;
    this.found.push({ index, path: index < 0 ? path : `/${index}${path}`, rule });
  }

  element(index: number, value: unknown): JsonMember {
    return new JsonMember(this, index, '', value);
  }
}

/** A value and where it stands. Readers give `undefined` and note it when it is not as wanted. */
export class JsonMember {
  constructor(
    private readonly reading: JsonReading,
    private readonly index: number,
    private readonly path: string,
    readonly value: unknown,
  ) {}

  /** Null counts as absent, as in Mesos. */
  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  fail(rule: string): void {
    this.reading.violation(this.index, this.path, rule);
  }

  /** A member of an object; absent when this is none. */
  at(key: string): JsonMember {
    const { value } = this;
    const member = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return new JsonMember(this.reading, this.index, `${this.path}/${key}`, member);
  }

  /** This, when it is an object. */
  object(rule: string): this | undefined {
    if (isRecord(this.value)) return this;
    this.fail(rule);
    return undefined;
  }

  items(rule: string): readonly JsonMember[] | undefined {
    if (!Array.isArray(this.value)) {
      this.fail(rule);
      return undefined;
    }
    return this.value.map(
      (item: unknown, i) => new JsonMember(this.reading, this.index, `${this.path}/${i}`, item),
    );
  }

  word(rule: string): string | undefined {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    this.fail(rule);
    return undefined;
  }

  /** Any text, when there is one. */
  text(rule: string): string | undefined {
    if (this.isAbsent) return undefined;
    if (typeof this.value === 'string') return this.value;
    this.fail(rule);
    return undefined;
  }

  oneOf<T extends string>(words: readonly T[]): T | undefined {
    const found = words.find((word) => word === this.value);
    if (found === undefined) this.fail(`expected one of ${words.join(', ')}`);
    return found;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
