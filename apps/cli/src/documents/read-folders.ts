import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../client/index.js';
import type { Terminal } from '../terminal/index.js';
import { readSources, type Source } from './read-documents.js';

export interface FoundSources {
  readonly sources: readonly Source[];
  /** Files of folders that could not be read. */
  readonly problems: readonly string[];
}

/** Files, `-`, and every .json file somewhere below folders, in order of their names. */
export async function readFolders(
  paths: readonly string[],
  terminal: Terminal,
): Promise<FoundSources> {
  const sources: Source[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    if (!(await isFolder(path))) {
      sources.push(...(await readSources({ files: [path] }, terminal)));
      continue;
    }
    for (const file of await filesBelow(path)) {
      try {
        sources.push(...(await readSources({ files: [file] }, terminal)));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        problems.push(error.message);
      }
    }
  }
  return { sources, problems };
}

async function isFolder(path: string): Promise<boolean> {
  if (path === '-') return false;
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
