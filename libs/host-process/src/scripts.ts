import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TaskCommand } from '@ekiden/host';
import type { Account } from './account.js';
import { splitForShell } from './task-env.js';
import type { Tools } from './tools.js';

/*
 * The supervisor: runs the task in the foreground of a session of its own and keeps its exit
 * status, whatever becomes of the service. $1 = records of the task, $2 = exit notice, $3 = setsid,
 * $4 = mv.
 *
 * - It claims the task by creating `supervisor`; a service that comes back and finds no claim makes
 *   it itself, so that a late supervisor starts nothing.
 * - Only positional parameters: it runs in the task's environment, and a variable of that name would
 *   change for the task.
 * - No trap and no `&`: tasks would inherit ignored signals.
 * - setsid, called by a child that leads no group, makes the session and execs in place: its pid is
 *   the task's pid, session and group.
 */
const SUPERVISOR = `set -C
IFS= read -r __ekiden_stat </proc/self/stat
printf '%s\\n' "$__ekiden_stat" >"$1/supervisor" || exit 0
set +C
unset __ekiden_stat
"$3" /bin/sh "$1/run.sh"
printf '%s\\n' "$?" >"$1/exit.tmp"
"$4" "$1/exit.tmp" "$1/exit"
: >"$2"
`;

/**
 * Writes the supervisor script once; its name tells its content, because a running shell reads on in
 * its script while a newer service may bring another one.
 */
export async function installSupervisor(folder: string): Promise<string> {
  const digest = createHash('sha256').update(SUPERVISOR).digest('hex').slice(0, 16);
  const path = join(folder, `supervise-${digest}.sh`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const present = await stat(path).then(
    () => true,
    () => false,
  );
  if (present) return path;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, SUPERVISOR, { mode: 0o600 });
  await rename(draft, path);
  return path;
}

/** The status of a task that could not be put under its limits. */
const NO_GROUP = 125;

/**
 * The inner script: joins the control groups (0 = who writes it), so that nothing of the task ever
 * runs outside of them, notes the task's own line of `/proc` with builtins only, then becomes the
 * command. Variables a shell would drop or change are added by env(1) at the very end.
 */
export function runScript(options: {
  readonly records: string;
  readonly command: TaskCommand;
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | undefined;
  readonly tools: Tools;
  /** Files to write 0 to, see `TaskCgroups`. */
  readonly doors: readonly string[];
}): string {
  const { command, account, tools } = options;
  const odd = Object.entries(splitForShell(options.env).odd);
  const words = [
    ...(account === undefined ? [] : becoming(account, tools)),
    ...(odd.length === 0 ? [] : [tools.env, ...odd.map(([name, value]) => `${name}=${value}`)]),
    ...(command.kind === 'shell' ? ['/bin/sh', '-c', command.value] : command.value),
  ];
  return [
    ...options.doors.map(joining),
    'set -C',
    'IFS= read -r __ekiden_stat </proc/self/stat',
    `printf '%s\\n' "$__ekiden_stat" >${quote(join(options.records, 'task'))} || exit 126`,
    'unset __ekiden_stat PWD OLDPWD SHLVL',
    'set +C',
    'umask 022',
    `exec ${words.map(quote).join(' ')}`,
    '',
  ].join('\n');
}

/** A line that moves the shell it is for into a control group, or ends it. */
function joining(door: string): string {
  return `echo 0 >${quote(door)} || exit ${NO_GROUP}`;
}

/** Words that make the command after them run in control groups. */
export function entering(doors: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', [...doors.map(joining), 'exec "$@"'].join('\n'), 'sh'];
}

/** One word for the shell, whatever it holds (NUL is refused earlier). */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Words that make the command after them run as somebody else. */
export function becoming({ uid, gid }: Account, { setpriv }: Tools): readonly string[] {
  return [setpriv, `--reuid=${uid}`, `--regid=${gid}`, '--init-groups'];
}
