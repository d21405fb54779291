/**
 * Stands in a value for one or more JSON values whose text is made when its turn comes. So a list
 * of thousands is put together of rows at once, as they are at one moment, and written little by
 * little. What `text` reads must not change meanwhile: rows, never tables.
 */
export class DeferredJson {
  /** Values separated by commas, at least one. About 100 kB at most, for the sake of the slices. */
  readonly text: () => string;

  constructor(text: () => string) {
    this.text = text;
  }
}

/** A part of a JSON text: ready, or made when it is needed, each time the same. */
export type JsonPiece = string | (() => string);

/**
 * The text `JSON.stringify` gives, in parts: those of the deferred values, and what is around
 * them. Objects with `toJSON` are not known here.
 */
export function piecesOf(value: unknown): readonly JsonPiece[] {
  const writer = new PieceWriter();
  write(value, writer);
  return writer.end();
}

class PieceWriter {
  private readonly pieces: JsonPiece[] = [];
  private ready: string[] = [];

  text(text: string): void {
    this.ready.push(text);
  }

  defer(text: () => string): void {
    this.flush();
    this.pieces.push(text);
  }

  end(): readonly JsonPiece[] {
    this.flush();
    return this.pieces;
  }

  private flush(): void {
    if (this.ready.length > 0) this.pieces.push(this.ready.join(''));
    this.ready = [];
  }
}

function write(value: unknown, writer: PieceWriter): void {
  if (value instanceof DeferredJson) writer.defer(value.text);
  else if (Array.isArray(value)) writeArray(value, writer);
  else if (typeof value === 'object' && value !== null) writeObject(value, writer);
  else writer.text(value === undefined ? 'null' : JSON.stringify(value));
}

function writeArray(values: readonly unknown[], writer: PieceWriter): void {
  let mark = '[';
  for (const value of values) {
    writer.text(mark);
    write(value, writer);
    mark = ',';
  }
  writer.text(values.length === 0 ? '[]' : ']');
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

/** The text of an object with the keys of both, which have none in common. */
export function joinedText(one: string, other: object): string {
  const added = JSON.stringify(other);
  if (added === '{}') return one;
  return one === '{}' ? added : `${one.slice(0, -1)},${added.slice(1)}`;
}
