/** Names the services that a request came through (marathon-api 1.2). */
export const VIA = 'x-marathon-via';

type Header = string | readonly string[] | undefined;

/** Whether a request has been at a service before. */
export function passed(header: Header, self: string): boolean {
  return all(header).some((entry) => entry === entryOf(self));
}

/** The header with one more service. */
export function withVia(header: Header, self: string): string {
  return [...all(header), entryOf(self)].join(', ');
}

function entryOf(self: string): string {
  return `1.1 ${self}`;
}

function all(header: Header): readonly string[] {
  const lines = typeof header === 'string' ? [header] : (header ?? []);
  return lines
    .flatMap((line) => line.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
