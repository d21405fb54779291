import { Readable } from 'node:stream';
import { create } from 'tar';
import { SANDBOX } from './sandbox-place.js';

/** A tar stream, and what went wrong while it was made. */
export interface SandboxArchive {
  readonly stream: Readable;
  failure(): Error | undefined;
}

/**
 * Packs a folder as what a container finds in its sandbox. Whoever reads it may stop at any time and
 * destroy the stream; the folder may then go, too.
 */
export function packSandbox(folder: string): SandboxArchive {
  const pack = create({ cwd: folder, prefix: SANDBOX.slice(1), portable: true }, ['.']);
  const stream = Readable.from(pack);
  let failure: Error | undefined;
  // The packer reads ahead: it may find files gone that nobody wants from it any more.
  pack.on('error', (error) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  stream.on('error', (error) => {
    failure ??= error;
  });
  return { stream, failure: () => failure };
}
