/** The command makes no sense as written: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something did not work; `next` says what a person can do about it. Exit code 1. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
  readonly next: readonly string[];

  constructor(message: string, next: readonly string[] = [], options: ErrorOptions = {}) {
    super(message, options);
    this.next = next;
  }
}

/** Nobody answers at an address, or stopped answering. */
export class NoServer extends Failure {
  override readonly name = 'NoServer';
}

/** One rule that one place of a document breaks, in Marathon's form of paths. */
export interface ProblemDetail {
  readonly path: string;
  readonly errors: readonly string[];
}

/** The server said no. */
export class Refusal extends Failure {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly details: readonly ProblemDetail[];
  /** As the server sent it. */
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    const problem = problemOf(body);
    super(`${problem.message} (HTTP ${status})`, nextSteps(status, problem));
    this.status = status;
    this.details = problem.details;
    this.body = body;
  }
}

interface ReadProblem {
  readonly message: string;
  readonly details: readonly ProblemDetail[];
  readonly deployments: readonly string[];
  /** A plan was made from definitions that have changed since. */
  readonly moved: boolean;
}

function problemOf(body: unknown): ReadProblem {
  const { message, details, deployments, parent } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as Readonly<Record<string, unknown>>;
  return {
    message: typeof message === 'string' && message !== '' ? message : 'the server refused',
    moved: typeof parent === 'string',
    details: typeof details === 'string' ? [{ path: '', errors: [details] }] : detailsOf(details),
    deployments: (Array.isArray(deployments) ? deployments : []).flatMap((one: unknown) => {
      const { id } = (one ?? {}) as { readonly id?: unknown };
      return typeof id === 'string' ? [id] : [];
    }),
  };
}

function detailsOf(details: unknown): readonly ProblemDetail[] {
  if (!Array.isArray(details)) return [];
  return details.map((one: unknown) => {
    const { path, errors } = (one ?? {}) as { readonly path?: unknown; readonly errors?: unknown };
    return {
      path: typeof path === 'string' ? path : '',
      errors: Array.isArray(errors) ? errors.map(String) : [],
    };
  });
}

function nextSteps(
  status: number,
  { message, deployments, details, moved }: ReadProblem,
): readonly string[] {
  if (status === 401 || status === 403) {
    return [
      'say who you are: --url http://user:password@host, or EKIDEN_CREDENTIALS=user:password',
    ];
  }
  if (status === 404) return ['see what there is with `ekiden app list`, `ekiden group list`'];
  if (status === 409 && moved) return ['make the plan anew: ekiden plan FILE --out PLAN'];
  if (status === 409 && deployments.length > 0) {
    return [
      ...deployments.map((id) => `wait for it: ekiden deployment watch ${id}`),
      'or have it wait: the same command with --queue; or take over: with --force',
    ];
  }
  if (status === 409 && message.includes('already')) {
    return ['change what exists with `update` instead of `add`'];
  }
  if (status === 422 || status === 400) {
    return details.length > 0 ? ['correct the places named above and send it again'] : [];
  }
  if (status === 503) return ['the service has no leader or too much to do: try again in a moment'];
  return [];
}
