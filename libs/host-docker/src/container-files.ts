import { access } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { err, ok, type Result, type TaskId } from '@ekiden/kernel';
import type {
  FileListing,
  FilesFailure,
  OpenTaskFile,
  SandboxPath,
  TaskFile,
  TaskFiles,
} from '@ekiden/host';
import { SANDBOX } from './sandbox-place.js';
import { isGone, unknownTask, unreachable } from './engine-failures.js';
import type { Engine } from './engine.js';
import type { HeldContainers } from './held-containers.js';
import type { SavedSandboxes } from './saved-sandboxes.js';
import { fileInArchive, listArchive } from './tar-entries.js';

/** The name of the sandbox in archives: the last of its path. */
const ROOT = SANDBOX.slice(SANDBOX.lastIndexOf('/') + 1);

/**
 * Files in the sandboxes of containers, through the engine, so that it makes no difference where
 * that is; of removed containers from what was saved of them. The engine reads inside the container's
 * own root, so a link leads no further than that; no further than the sandbox either, as each folder
 * on the way is asked for first.
 */
export class ContainerFiles implements TaskFiles {
  private readonly engine: Engine;
  private readonly tasks: HeldContainers;
  private readonly saved: SavedSandboxes;

  constructor(engine: Engine, tasks: HeldContainers, saved: SavedSandboxes) {
    this.engine = engine;
    this.tasks = tasks;
    this.saved = saved;
  }

  async listFiles(taskId: TaskId, path: SandboxPath): Promise<Result<FileListing, FilesFailure>> {
    const archive = await this.archiveOf(taskId, path, 'folder');
    if (!archive.ok) {
      // Nothing was put there, nor made by the task.
      if (archive.error.kind !== 'noSuchFile' || path.length > 0) return archive;
      return ok({ files: [], isPartial: false });
    }
    const { stream, root, names } = archive.value;
    const listing = await listArchive(stream, root, names);
    stream.destroy();
    if (listing === undefined) return err(noSuchFile(path));
    const parents = path.slice(0, path.length - names.length);
    const files = listing.files.map((file) => ({
      ...file,
      path: [...parents, file.path].join('/'),
    }));
    return ok({ files, isPartial: listing.isPartial });
  }

  async openFile(taskId: TaskId, path: SandboxPath): Promise<Result<OpenTaskFile, FilesFailure>> {
    const archive = await this.archiveOf(taskId, path, 'file');
    if (!archive.ok) return archive;
    const { stream, root, names } = archive.value;
    const found = await fileInArchive(stream, names.length === 0 ? [root] : [root, ...names]);
    if (found !== undefined) return ok(opened(stream, found.file, found.content));
    stream.destroy();
    return err(noSuchFile(path));
  }

  /** `root`: what it begins with; `names`: where in it the path lies. */
  private async archiveOf(
    taskId: TaskId,
    path: SandboxPath,
    wanted: 'file' | 'folder',
  ): Promise<Result<Archive, FilesFailure>> {
    const held = this.tasks.get(taskId);
    if (held === undefined) return this.savedArchive(taskId, path);
    const { engine } = this;
    for (let depth = 0; depth <= path.length; depth += 1) {
      const part = path.slice(0, depth);
      const there = await engine.stat(held.containerId, [SANDBOX, ...part].join('/'));
      if (!there.ok && isGone(there.error)) {
        const saved = await this.savedArchive(taskId, path);
        return saved.ok ? saved : err(noSuchFile(path));
      }
      if (!there.ok) return err(unreachable(engine, there.error));
      const needed = depth < path.length ? 'folder' : wanted;
      if (there.value.kind !== needed) {
        const message = `${part.join('/') || 'The sandbox'} is a ${there.value.kind}, not a ${needed}; links are not followed`;
        return err({ kind: 'notShown', message });
      }
    }
    const { signal } = new AbortController();
    const whole = [SANDBOX, ...path].join('/');
    const stream = await engine.getArchive(held.containerId, whole, signal);
    if (!stream.ok) {
      return err(isGone(stream.error) ? noSuchFile(path) : unreachable(engine, stream.error));
    }
    return ok({ stream: stream.value, root: path.at(-1) ?? ROOT, names: [] });
  }

  private async savedArchive(
    taskId: TaskId,
    path: SandboxPath,
  ): Promise<Result<Archive, FilesFailure>> {
    const file = this.saved.pathOf(taskId);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return err(unknownTask(taskId));
    return ok({ stream: this.saved.open(taskId), root: ROOT, names: path });
  }
}

interface Archive {
  readonly stream: Readable;
  readonly root: string;
  readonly names: SandboxPath;
}

function opened(stream: Readable, file: TaskFile, content: AsyncIterable<Buffer>): OpenTaskFile {
  return {
    size: file.size,
    modifiedAt: file.modifiedAt,
    read: (from, to) => readPart(stream, content, from, to),
    close: () => {
      stream.destroy();
      return Promise.resolve();
    },
  };
}

/** Archives cannot be entered in the middle: what comes before is passed over. */
async function* readPart(
  stream: Readable,
  content: AsyncIterable<Buffer>,
  from: number,
  to: number,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  try {
    for await (const chunk of content) {
      const part = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
      at += chunk.length;
      if (part.length > 0) yield part;
      if (at >= to) return;
    }
  } finally {
    stream.destroy();
  }
}

function noSuchFile(path: SandboxPath): FilesFailure {
  return { kind: 'noSuchFile', message: `There is no ${path.join('/') || 'file'} in the sandbox` };
}
