import { millis, seconds, type Chance, type TaskState } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';

const CONDUCTS = ['run', 'crash', 'finish', 'stuck', 'sick'] as const;

export type ConductKind = (typeof CONDUCTS)[number];

/** What comes of a hook: it does what it should, it does not, or it comes to no end. */
const HOOK_CONDUCTS = ['well', 'badly', 'never'] as const;

export type HookConduct = (typeof HOOK_CONDUCTS)[number];

/** How a task of a simulated world behaves; written in its command, so that versions differ. */
export interface Conduct {
  readonly kind: ConductKind;
  /** It has a health check and reports its health. */
  readonly checked: boolean;
  /** It is a hook's, and does this; it is to end by itself. */
  readonly hook?: HookConduct;
}

export function commandFor(conduct: Conduct, edition: number): string {
  return `${conduct.kind} ${conduct.checked ? 'checked' : 'unchecked'} #${edition}`;
}

/** The argument list of a hook's command. */
export function hookCommandFor(conduct: HookConduct): readonly [string, string] {
  return ['hook', conduct];
}

export function conductOf(spec: TaskSpec): Conduct {
  // A pod does what its first container does.
  const { command } = spec.members?.[0] ?? spec;
  if (command?.kind === 'argv' && command.value[0] === 'hook') {
    return { kind: 'run', checked: false, hook: hookConductIn(command.value[1]) };
  }
  const text = command?.kind === 'shell' ? command.value : '';
  const kind = CONDUCTS.find((word) => text.startsWith(`${word} `)) ?? 'run';
  return { kind, checked: text.includes(' checked ') };
}

export function hookConductIn(text = ''): HookConduct {
  return HOOK_CONDUCTS.find((word) => text.endsWith(word)) ?? 'well';
}

/** An end that a running task comes to by itself. */
export interface OwnEnd {
  readonly after: number;
  readonly state: TaskState;
  readonly message: string;
}

const END_WITHIN = seconds(10);

/** `undefined` = none; with `isWell` the world has healed, and everything does what it should. */
export function ownEndOf(
  { kind, hook }: Conduct,
  { chance, isWell }: { readonly chance: Chance; readonly isWell: boolean },
): OwnEnd | undefined {
  if (hook === undefined && isWell) return undefined;
  const isGood = hook === undefined ? kind === 'finish' : isWell || hook === 'well';
  const isBad = hook === undefined ? kind === 'crash' : hook === 'badly';
  if (!isGood && !isBad) return undefined;
  const after = millis(1 + chance.int(END_WITHIN));
  return isGood
    ? { after, state: 'TASK_FINISHED', message: 'exit code 0' }
    : { after, state: 'TASK_FAILED', message: 'exit code 1' };
}
