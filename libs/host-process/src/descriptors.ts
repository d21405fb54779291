import { readFileSync, readdirSync } from 'node:fs';

const CLOSE_ON_EXEC = 0o2000000;
const DESCRIPTOR_MAX = 4096;

/**
 * Descriptors this process was itself given and would hand on: Node marks all it opens, but of
 * those it inherits only the first few. Looked up once, as later ones are always marked.
 */
export function inheritedDescriptors(): readonly number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc/self/fdinfo')) {
    const descriptor = Number(name);
    if (descriptor < 3 || descriptor > DESCRIPTOR_MAX) continue;
    const flags = flagsOf(descriptor);
    if (flags !== undefined && (flags & CLOSE_ON_EXEC) === 0) found.push(descriptor);
  }
  return found;
}

/**
 * The `stdio` of a child: in place of each inherited descriptor it gets `nothing` (open on
 * /dev/null), since neither Node nor a POSIX shell can close descriptors above 9.
 */
export function stdioWithout(
  inherited: readonly number[],
  streams: { readonly out: number; readonly errors: number; readonly nothing: number },
): ('ignore' | number)[] {
  const stdio: ('ignore' | number)[] = [streams.nothing, streams.out, streams.errors];
  for (const descriptor of inherited) {
    while (stdio.length <= descriptor) stdio.push('ignore');
    stdio[descriptor] = streams.nothing;
  }
  return stdio;
}

function flagsOf(descriptor: number): number | undefined {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    const flags = /^flags:\s*([0-7]+)$/m.exec(info)?.[1];
    return flags === undefined ? undefined : Number.parseInt(flags, 8);
  } catch {
    // The one that read the folder, closed again.
    return undefined;
  }
}
