import { Refusal, type Failure } from '../client/index.js';
import type { Paint } from './paint.js';

/** What went wrong, where, and what to do next; one thing per line. */
export function failureText(error: Failure, paint: Paint): string {
  const details = error instanceof Refusal ? error.details : [];
  return [
    `${paint.bad('error:')} ${error.message}`,
    ...details.flatMap(({ path, errors }) =>
      errors.map((rule) => (path === '' ? `  ${rule}` : `  ${paint.strong(path)}: ${rule}`)),
    ),
    ...error.next.map((step) => `${paint.faint('next:')} ${step}`),
  ].join('\n');
}
