/** What can be said of one agent or of several: "lacks 0.5 cpus", "lack 0.5 cpus". */
export interface VerbPhrase {
  readonly one: string;
  readonly many: string;
}

/** The same words for one and for several, after a verb that differs. */
export function verb(one: string, many: string, rest: string): VerbPhrase {
  return { one: `${one} ${rest}`, many: `${many} ${rest}` };
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1) ?? ''}`;
}

/** The first few, and how many more there are. */
export function someOf(texts: readonly string[], most: number): string {
  if (texts.length <= most) return listed(texts);
  return `${texts.slice(0, most).join(', ')} and ${texts.length - most} more`;
}

/** `1 instance`, `3 instances`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12 s`, `3 min`, `2 h`: as exact as somebody who waits wants it. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}
