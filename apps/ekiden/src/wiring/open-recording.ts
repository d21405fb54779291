import { drfAllocator, type Allocator } from '@ekiden/offers';
import { recordingAllocator } from '@ekiden/offers/replay';
import { TraceFile } from '../adapters/recording/index.js';
import type { Log } from '../ports/index.js';

/** What the allocator is told and decides, on its way to a file. */
export interface OpenRecording {
  /** The allocator of a term; its trace begins with it. */
  readonly allocator: () => Allocator;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}

export function openRecording(path: string, log: Log): OpenRecording {
  const trace = new TraceFile({ path, log });
  return {
    allocator: () => recordingAllocator(drfAllocator(), trace.begin()),
    close: () => trace.close(),
  };
}
