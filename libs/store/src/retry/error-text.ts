/** What went wrong in one line. A refused connection to several addresses carries only inner errors. */
export function errorText(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((inner) => errorText(inner)).join('; ');
  }
  if (error instanceof Error) {
    return error.message === '' ? (errorCode(error) ?? error.name) : error.message;
  }
  return String(error);
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
