/** Colours by meaning; without colours the texts stay as they are. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** SGR codes: green, red, yellow, grey, bold. */
const CODES = { good: 32, bad: 31, doubtful: 33, faint: 90, strong: 1 } as const;

export function paint(colours: boolean): Paint {
  const dressed = (code: number) => (text: string) =>
    colours && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    good: dressed(CODES.good),
    bad: dressed(CODES.bad),
    doubtful: dressed(CODES.doubtful),
    faint: dressed(CODES.faint),
    strong: dressed(CODES.strong),
  };
}
