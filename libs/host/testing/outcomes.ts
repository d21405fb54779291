import type { Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';

/** Awaits a condition; fails by name after ten seconds. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The value of a result that is expected to be good. */
export function must<T>(result: Result<T, HostFailure>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

/** The failure of a result that is expected to be bad. */
export function failureOf<T>(result: Result<T, HostFailure>): HostFailure {
  if (result.ok) throw new Error('expected a failure');
  return result.error;
}
