import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TaskId } from '@ekiden/kernel';
import { SANDBOX } from './sandbox-place.js';
import type { Engine } from './engine.js';
import { savedFolder } from './saved-logs.js';

/** Of each sandbox, as an archive; of a larger one the first so many bytes. */
const BYTES_KEPT = 32 * 1024 * 1024;
const NAME = 'sandbox.tar';

/** Keeps the sandboxes of containers that are removed: they are gone from the engine with them. */
export class SavedSandboxes {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** One that cannot be had or written holds nothing up. */
  async save(engine: Engine, taskId: TaskId, containerId: string): Promise<void> {
    const there = await engine.stat(containerId, SANDBOX);
    if (!there.ok || there.value.kind !== 'folder') return;
    const { signal } = new AbortController();
    const archive = await engine.getArchive(containerId, SANDBOX, signal);
    if (!archive.ok) return;
    const folder = savedFolder(this.folder, taskId);
    const path = join(folder, NAME);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const target = createWriteStream(`${path}.new`, { mode: 0o600 });
      await pipeline(Readable.from(firstBytes(archive.value)), target);
      await rename(`${path}.new`, path);
    } catch {
      await rm(`${path}.new`, { force: true }).catch(() => undefined);
    }
  }

  pathOf(taskId: TaskId): string {
    return join(savedFolder(this.folder, taskId), NAME);
  }

  open(taskId: TaskId): Readable {
    return createReadStream(this.pathOf(taskId));
  }
}

async function* firstBytes(archive: Readable): AsyncGenerator<Buffer> {
  let left = BYTES_KEPT;
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
