export type Controller = 'cpu' | 'memory';

/** One mounted tree of control groups, with those of our controllers it has. */
export interface CgroupMount {
  readonly path: string;
  readonly controllers: readonly Controller[];
}

/** Version 1 has a tree for each controller (or for several), version 2 one for all. */
export interface CgroupMounts {
  readonly version: 1 | 2;
  readonly mounts: readonly CgroupMount[];
}

const WANTED: readonly Controller[] = ['cpu', 'memory'];

/**
 * Where cpu and memory are controlled, by the text of `/proc/self/mountinfo` (proc(5)).
 * `controllersOf` reads `cgroup.controllers` of a version 2 mount: where both versions are mounted,
 * each controller is in one of them. `undefined` when one of the two is nowhere.
 */
export function findCgroupMounts(
  mountInfo: string,
  controllersOf: (mount: string) => string,
): CgroupMounts | undefined {
  const lines = mountInfo.split('\n').flatMap((line) => parseLine(line) ?? []);
  const first = lines
    .filter(({ type }) => type === 'cgroup')
    .map(({ path, options }) => mountOf(path, options.split(',')))
    .filter(({ controllers }) => controllers.length > 0);
  if (isComplete(first)) return { version: 1, mounts: first };
  const second = lines
    .filter(({ type }) => type === 'cgroup2')
    .map(({ path }) => mountOf(path, controllersOf(path).trim().split(' ')))
    .filter((mount) => isComplete([mount]))
    .slice(0, 1);
  return isComplete(second) ? { version: 2, mounts: second } : undefined;
}

function mountOf(path: string, names: readonly string[]): CgroupMount {
  return { path, controllers: WANTED.filter((each) => names.includes(each)) };
}

function isComplete(mounts: readonly CgroupMount[]): boolean {
  return WANTED.every((each) => mounts.some(({ controllers }) => controllers.includes(each)));
}

interface MountLine {
  readonly path: string;
  readonly type: string;
  readonly options: string;
}

function parseLine(line: string): MountLine | undefined {
  // Optional fields end with a lone hyphen.
  const [before = '', after] = line.split(' - ');
  const path = before.split(' ')[4];
  const [type, , options] = after?.split(' ') ?? [];
  if (path === undefined || type === undefined || options === undefined) return undefined;
  const plain = path.replaceAll(/\\([0-7]{3})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 8)),
  );
  return { path: plain, type, options };
}
