import { mkdir } from 'node:fs/promises';
import { lockDirectory, type DirectoryLock } from '@ekiden/store/embedded';

/**
 * Makes the data directory and takes it for this process alone: two services on one directory
 * would drive the same tasks. The claim dies with the process.
 */
export async function claimDataDirectory(dataDir: string): Promise<DirectoryLock> {
  await mkdir(dataDir, { recursive: true });
  return lockDirectory(dataDir);
}
