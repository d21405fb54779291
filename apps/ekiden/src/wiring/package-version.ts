import { readFile } from 'node:fs/promises';

/** From the nearest package.json above, in the sources as in the build. */
export async function packageVersion(): Promise<string> {
  for (let dir = new URL('.', import.meta.url); ; dir = new URL('..', dir)) {
    try {
      const text = await readFile(new URL('package.json', dir), 'utf8');
      const { version } = JSON.parse(text) as { readonly version?: string };
      if (version !== undefined) return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (dir.pathname === '/') return 'unknown';
  }
}
