import type { TaskSpec } from '@ekiden/host';
import { folderOf } from './layout.js';
import { isInside, sharedProblem } from './shared-folders.js';

const FETCH_MAX = 100;
const PORTS_MAX = 1000;

/** Why this executor cannot run the spec at all; `undefined` when it can. */
export function problemOf(spec: TaskSpec): string | undefined {
  if (spec.executor !== 'process') return `The process executor runs no ${spec.executor} tasks`;
  if (folderOf(spec.taskId) === undefined) {
    return `Task id ${JSON.stringify(spec.taskId.slice(0, 100))} is not usable as a folder name`;
  }
  return (
    commandProblem(spec) ??
    envProblem(spec.env) ??
    listProblem(spec) ??
    sharedProblem(spec) ??
    volumeProblem(spec)
  );
}

function commandProblem({ command }: TaskSpec): string | undefined {
  if (command === null) return 'A plain task needs cmd or args';
  const words = command.kind === 'shell' ? [command.value] : command.value;
  if (words.length === 0 || words[0] === '') return 'The command is empty';
  return words.some((word) => word.includes('\0')) ? 'The command holds a NUL' : undefined;
}

function envProblem(env: TaskSpec['env']): string | undefined {
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || /[=\0]/.test(name)) return `Variable name ${JSON.stringify(name)}`;
    if (value.includes('\0')) return `The value of variable ${name} holds a NUL`;
  }
  return undefined;
}

function listProblem({ fetch, ports }: TaskSpec): string | undefined {
  if (fetch.length > FETCH_MAX) return `More than ${FETCH_MAX} files to fetch`;
  if (ports.length > PORTS_MAX) return `More than ${PORTS_MAX} ports`;
  const bad = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  return bad === undefined ? undefined : `Port ${bad} does not exist`;
}

/** Data has one name in the sandbox (marathon-api 7.2), a path in those of pods. */
function volumeProblem({ volumes = [], group }: TaskSpec): string | undefined {
  const bad = volumes.find(({ containerPath: path }) =>
    group === undefined ? /^\.{0,2}$|[/\0]/.test(path) : !isInside(path),
  );
  return bad === undefined
    ? undefined
    : `${JSON.stringify(bad.containerPath)} is no name for a volume in a sandbox`;
}
