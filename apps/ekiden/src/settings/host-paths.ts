import { err, ok, type Result } from '@ekiden/kernel';

/** `/srv,/data`, or `none` for an empty list. */
export function parseHostPaths(text: string): Result<readonly string[], string> {
  if (text === 'none') return ok([]);
  const folders = text.split(',').map((folder) => folder.trim());
  const isSound = folders.every((folder) => folder.startsWith('/') && !folder.includes('/..'));
  return isSound ? ok(folders) : err('absolute paths, separated by commas, or none');
}
