import { readFile, readdir } from 'node:fs/promises';

/** The process and its direct children (a postmaster and its backends). Linux only. */
export async function familyOf(pid: number): Promise<readonly number[]> {
  const family = [pid];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (Number(parent) === pid) family.push(Number(name));
  }
  return family;
}
