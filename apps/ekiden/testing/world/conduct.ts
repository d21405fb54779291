import type { TaskSpec } from '@ekiden/host';

const CONDUCTS = ['run', 'crash', 'finish', 'stuck', 'sick'] as const;

export type ConductKind = (typeof CONDUCTS)[number];

/** How a task of a simulated world behaves; written in its command, so that versions differ. */
export interface Conduct {
  readonly kind: ConductKind;
  /** It has a health check and reports its health. */
  readonly checked: boolean;
}

export function commandFor(conduct: Conduct, edition: number): string {
  return `${conduct.kind} ${conduct.checked ? 'checked' : 'unchecked'} #${edition}`;
}

export function conductOf(spec: TaskSpec): Conduct {
  // A pod does what its first container does.
  const { command } = spec.members?.[0] ?? spec;
  const text = command?.kind === 'shell' ? command.value : '';
  const kind = CONDUCTS.find((word) => text.startsWith(`${word} `)) ?? 'run';
  return { kind, checked: text.includes(' checked ') };
}
