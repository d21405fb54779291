import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Absolute paths, because a task's PATH may be anything. */
export interface Tools {
  readonly setsid: string;
  readonly setpriv: string;
  readonly env: string;
  readonly mv: string;
  /** Only for terminals; throws when the machine lacks it. */
  readonly script: () => string;
}

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin'];

/** Finds the few programs supervision needs; throws when the machine lacks one. */
export function findTools(): Tools {
  return {
    setsid: find('setsid'),
    setpriv: find('setpriv'),
    env: find('env'),
    mv: find('mv'),
    script: () => find('script'),
  };
}

function find(name: string): string {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Next folder.
    }
  }
  throw new Error(
    `Plain commands need ${name} (packages util-linux and coreutils) on this machine`,
  );
}
