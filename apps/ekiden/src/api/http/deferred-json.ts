/**
 * Stands in an array for some of its elements, whose text is made when its turn comes. So a list
 * of thousands is put together of rows at once, as they are at one moment, and written little by
 * little. What `text` reads must not change meanwhile: rows, never tables.
 */
export class DeferredJson {
  /** Values separated by commas, or nothing. About 100 kB at most, for the sake of the slices. */
  readonly text: () => string;

  constructor(text: () => string) {
    this.text = text;
  }
}

/** A part of a JSON text: ready, or made when it is needed, each time the same. */
export type JsonPiece =
  | DeferredJson
  | {
      readonly text: string;
      /** A comma goes before it, if the array it stands in has begun with something. */
      readonly follows: boolean;
      /** Whether what comes next in the same array needs a comma. */
      readonly comma: boolean;
    };

/**
 * The text `JSON.stringify` gives, in parts: those that are deferred or long, and what is around.
 * Objects with `toJSON` are not known here.
 */
export function piecesOf(value: unknown): readonly JsonPiece[] {
  const writer = new PieceWriter();
  write(value, writer);
  return writer.end();
}

class PieceWriter {
  private readonly pieces: JsonPiece[] = [];
  private texts: string[] = [];
  private follows = false;

  text(text: string): void {
    this.texts.push(text);
  }

  /** What follows is the beginning of an array, or of another element of one. */
  begin({ follows }: { readonly follows: boolean }): void {
    this.flush(false);
    this.follows = follows;
  }

  defer(piece: DeferredJson): void {
    this.flush(false);
    this.pieces.push(piece);
  }

  /** What was written is an element of an array, or the end of one. */
  flush(comma: boolean): void {
    if (this.texts.length > 0 || comma) {
      this.pieces.push({ text: this.texts.join(''), follows: this.follows, comma });
    }
    this.texts = [];
    this.follows = false;
  }

  end(): readonly JsonPiece[] {
    this.flush(false);
    return this.pieces;
  }
}

function write(value: unknown, writer: PieceWriter): void {
  if (value instanceof DeferredJson) writer.defer(value);
  else if (Array.isArray(value)) writeArray(value, writer);
  else if (typeof value === 'object' && value !== null) writeObject(value, writer);
  else writer.text(value === undefined ? 'null' : JSON.stringify(value));
}

function writeArray(values: readonly unknown[], writer: PieceWriter): void {
  if (values.some((value) => value instanceof DeferredJson)) {
    writeDeferred(values, writer);
    return;
  }
  if (values.length > PER_RUN && !values.some(hasDeferred)) {
    writeDeferred(
      deferredRuns(values, (value) => value),
      writer,
    );
    return;
  }
  let mark = '[';
  for (const value of values) {
    writer.text(mark);
    write(value, writer);
    mark = ',';
  }
  writer.text(values.length === 0 ? '[]' : ']');
}

/** Elements of a long array whose text is made in one go. */
const PER_RUN = 100;

/**
 * The elements of a long array, some at a time: what is shown of them, and its text, is made when
 * its turn comes.
 */
export function deferredRuns<T>(
  values: readonly T[],
  shown: (value: T) => unknown,
): readonly DeferredJson[] {
  const runs: DeferredJson[] = [];
  for (let at = 0; at < values.length; at += PER_RUN) {
    const run = values.slice(at, at + PER_RUN);
    runs.push(new DeferredJson(() => JSON.stringify(run.map(shown)).slice(1, -1)));
  }
  return runs;
}

function hasDeferred(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof DeferredJson) return true;
  return Array.isArray(value) ? value.some(hasDeferred) : Object.values(value).some(hasDeferred);
}

/** Where there may turn out to be nothing, commas are put when the text is made. */
function writeDeferred(values: readonly unknown[], writer: PieceWriter): void {
  writer.text('[');
  writer.flush(false);
  for (const value of values) {
    if (value instanceof DeferredJson) {
      writer.defer(value);
      continue;
    }
    writer.begin({ follows: true });
    write(value, writer);
    writer.flush(true);
  }
  writer.text(']');
}

function writeObject(object: object, writer: PieceWriter): void {
  let mark = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    writer.text(`${mark}${JSON.stringify(key)}:`);
    write(value, writer);
    mark = ',';
  }
  writer.text(mark === '{' ? '{}' : '}');
}

/** Puts pieces together, from any of them on. */
export class PieceJoiner {
  readonly texts: string[] = [];
  /** Whether the next element needs a comma. */
  comma: boolean;
  length = 0;

  constructor(comma: boolean) {
    this.comma = comma;
  }

  add(piece: JsonPiece): void {
    const isDeferred = piece instanceof DeferredJson;
    const text = isDeferred ? piece.text() : piece.text;
    if (isDeferred && text === '') return;
    if (this.comma && (isDeferred || piece.follows)) this.texts.push(',');
    this.texts.push(text);
    this.length += text.length;
    this.comma = isDeferred || piece.comma;
  }
}

/** The text of an object with the keys of both, which have none in common. */
export function joinedText(one: string, other: object): string {
  const added = JSON.stringify(other);
  if (added === '{}') return one;
  return one === '{}' ? added : `${one.slice(0, -1)},${added.slice(1)}`;
}
