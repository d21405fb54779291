import { open, rename, type FileHandle } from 'node:fs/promises';
import type { Log } from '../../ports/index.js';

export interface TraceFileOptions {
  readonly path: string;
  readonly log: Log;
  /** Characters that may wait to be written; with more, the disk does not keep up. */
  readonly bufferMax?: number;
  /** Characters of one trace; a disk is not filled for the sake of a recording. */
  readonly lengthMax?: number;
}

const BUFFER_MAX = 16 * 1024 * 1024;
const LENGTH_MAX = 1024 * 1024 * 1024;

/**
 * Where the decisions of the allocator are recorded, for replay. Each term of leadership begins a
 * trace of its own, as it begins with books of its own; the one before is kept beside it as
 * `<path>.previous`. Recording never holds up a turn: what cannot be written ends it, with one line
 * in the log.
 */
export class TraceFile {
  private readonly options: Required<TraceFileOptions>;
  private waiting: string[] = [];
  private waitingLength = 0;
  private length = 0;
  /** Begin a new file before what waits. */
  private fresh = false;
  private over = false;
  private file: FileHandle | undefined;
  private writing: Promise<void> | undefined;

  constructor(options: TraceFileOptions) {
    this.options = { bufferMax: BUFFER_MAX, lengthMax: LENGTH_MAX, ...options };
  }

  /** A term begins: takes its lines from here on. */
  begin(): (line: string) => void {
    this.waiting = [];
    this.waitingLength = 0;
    this.length = 0;
    this.fresh = true;
    this.over = false;
    return (line) => {
      this.take(line);
    };
  }

  /** Resolves when everything taken is written. */
  async close(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
    this.over = true;
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
  }

  private take(line: string): void {
    if (this.over) return;
    const { bufferMax, lengthMax } = this.options;
    this.waiting.push(line, '\n');
    this.waitingLength += line.length + 1;
    this.length += line.length + 1;
    if (this.waitingLength > bufferMax) this.end('the disk does not keep up');
    else if (this.length > lengthMax) this.end(`the trace is longer than ${lengthMax} characters`);
    else this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    // Lines of one turn arrive together: they are written together.
    await Promise.resolve();
    try {
      while (this.waiting.length > 0) {
        const file = await this.opened();
        const text = this.waiting.join('');
        this.waiting = [];
        this.waitingLength = 0;
        await file.appendFile(text);
      }
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
    } finally {
      this.writing = undefined;
    }
  }

  private async opened(): Promise<FileHandle> {
    if (this.file !== undefined && !this.fresh) return this.file;
    this.fresh = false;
    await this.file?.close();
    this.file = undefined;
    const { path } = this.options;
    await rename(path, `${path}.previous`).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    this.file = await open(path, 'a');
    return this.file;
  }

  private end(reason: string): void {
    this.over = true;
    this.waiting = [];
    this.waitingLength = 0;
    this.options.log({
      level: 'error',
      event: 'recording-stopped',
      message: `recording to ${this.options.path} has stopped: ${reason}`,
    });
  }
}
