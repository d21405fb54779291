import { formatTimestamp } from '@ekiden/kernel';
import type { Rejection, Reply } from '../../core/turn/index.js';
import type { Violation } from '../../core/violation.js';
import { boundDetails } from './bound-details.js';
import { Problem, unavailable, type ProblemDetail } from './problem.js';

type Kind = Rejection['kind'];

/** Status of each refusal (marathon-api 2). */
const STATUS_OF_REJECTION: Readonly<Record<Kind, number>> = {
  invalid: 422,
  badRequest: 400,
  unprocessable: 422,
  notFound: 404,
  exists: 409,
  conflict: 409,
  locked: 409,
  moved: 409,
  quarantined: 500,
  unavailable: 503,
};

// The placeholder is literal: Marathon never fills it in.
const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. " +
  "View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

export function isRejection(reply: Reply): reply is Rejection {
  return Object.hasOwn(STATUS_OF_REJECTION, reply.kind);
}

export function rejectionProblem(rejection: Rejection): Problem {
  const status = STATUS_OF_REJECTION[rejection.kind];
  switch (rejection.kind) {
    case 'invalid':
      return new Problem(status, {
        message: 'Object is not valid',
        details: boundDetails(groupByPath(rejection.violations), '/'),
      });
    case 'locked':
      return new Problem(status, {
        message: LOCKED,
        deployments: rejection.deployments.map((id) => ({ id })),
      });
    case 'moved':
      return new Problem(status, {
        message: rejection.message,
        parent: formatTimestamp(rejection.version),
        deployments: rejection.deployments.map((id) => ({ id })),
      });
    case 'unavailable':
      return unavailable(rejection.message, rejection.retryAfterSeconds);
    case 'badRequest':
    case 'unprocessable':
    case 'notFound':
    case 'exists':
    case 'conflict':
    case 'quarantined':
      return new Problem(status, { message: rejection.message });
  }
}

/** One entry per path, in order of appearance. */
export function groupByPath(violations: readonly Violation[]): ProblemDetail[] {
  const errors = new Map<string, string[]>();
  for (const { path, message } of violations) {
    const known = errors.get(path);
    if (known === undefined) errors.set(path, [message]);
    else if (!known.includes(message)) known.push(message);
  }
  return [...errors].map(([path, messages]) => ({ path, errors: messages }));
}
