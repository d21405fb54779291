import { HttpException } from '@nestjs/common';

/** One rule broken at one path, in Marathon's form (marathon-api 2.1). */
export interface ProblemDetail {
  readonly path: string;
  readonly errors: readonly string[];
}

/** Body of every error answer (marathon-api 2). */
export interface ProblemBody {
  readonly message: string;
  readonly details?: string | readonly ProblemDetail[];
  readonly deployments?: readonly { readonly id: string }[];
  /** Version of the definitions by now, where a plan was made from another one. */
  readonly parent?: string;
}

/** An error answer on its way through Nest to the problem filter. */
export class Problem extends HttpException {
  readonly body: ProblemBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: ProblemBody, headers: Readonly<Record<string, string>> = {}) {
    super({ ...body }, status);
    this.body = body;
    this.headers = headers;
  }
}

export function badRequest(message: string, details?: string): Problem {
  return new Problem(400, details === undefined ? { message } : { message, details });
}

export function notFound(message: string): Problem {
  return new Problem(404, { message });
}

/** Parseable, but not something we can act on (bad timestamps, ids, selectors). */
export function unprocessable(message: string): Problem {
  return new Problem(422, { message });
}

export function unavailable(message: string, retryAfterSeconds: number): Problem {
  return new Problem(503, { message }, { 'Retry-After': String(Math.max(1, retryAfterSeconds)) });
}

/** `bodyLimit` in bytes. */
export function tooLarge(bodyLimit: number): Problem {
  const details = `a request body may have ${bodyLimit} bytes (EKIDEN_HTTP_BODY_LIMIT_MB)`;
  return new Problem(413, { message: 'Payload Too Large', details });
}
