import type { ErrorCase, ErrorStatus, Operation, Tag } from './operation.js';
import type { JsonObject } from './parameters.js';
import { PROBLEM_EXAMPLES, type ProblemName } from './problem-examples.js';

/** Headers of answers, once for all operations. */
const HEADERS = {
  'Marathon-Deployment-Id': {
    description: 'Id of the deployment that was started.',
    schema: { type: 'string', format: 'uuid' },
    example: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11',
  },
  Location: {
    description:
      'Id of what was created, resolved against the address of the server; not below `/v2`.',
    schema: { type: 'string', format: 'uri' },
    example: 'http://127.0.0.1:8080/hello',
  },
  ETag: {
    description:
      'Changes with the body. Sent back as `If-None-Match` it makes the answer 304 without a ' +
      'body, for as long as nothing has changed.',
    schema: { type: 'string' },
    example: 'W/"2jmj7l5rSw0yVb_vlWAYkK_YBwk"',
  },
  'X-Marathon-Leader': {
    description: 'Address of the leader, where one is known.',
    schema: { type: 'string', format: 'uri' },
    example: 'http://127.0.0.1:8080',
  },
  'Retry-After': {
    description: 'Seconds to wait before trying again.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  Allow: {
    description: 'Methods that this address knows.',
    schema: { type: 'string' },
    example: 'GET, HEAD, OPTIONS',
  },
  'WWW-Authenticate': {
    description: 'That credentials are asked for, and for which realm.',
    schema: { type: 'string' },
    example: 'Basic realm="Ekiden"',
  },
} as const satisfies Readonly<Record<string, JsonObject>>;

export type HeaderName = keyof typeof HEADERS;

export function headerReferences(names: readonly HeaderName[]): JsonObject {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const),
  );
}

/** Answers that operations have in common because of their kind, as components. */
interface SharedAnswer {
  readonly status: ErrorStatus | 'default';
  readonly description: string;
  readonly examples: readonly ProblemName[];
  readonly headers?: readonly HeaderName[];
  readonly appliesTo: (operation: Operation) => boolean;
}

const NEEDS_NO_LEADER = ['/ping', '/v2/info', '/v2/leader'];

const SHARED: Readonly<Record<string, SharedAnswer>> = {
  Broken: {
    status: 400,
    description: 'The body is missing or is no JSON.',
    examples: ['brokenJson', 'noBody'],
    appliesTo: hasBody,
  },
  NotAcceptable: {
    status: 406,
    description: 'The header `Accept` leaves out what would be answered.',
    examples: ['notAcceptable'],
    appliesTo: ({ path }) => path.startsWith('/v2/') && path !== '/v2/events',
  },
  TooLarge: {
    status: 413,
    description: 'The body is larger than `EKIDEN_HTTP_BODY_LIMIT_MB` allows: 16 MiB unless set.',
    examples: ['tooLarge'],
    appliesTo: hasBody,
  },
  OtherType: {
    status: 415,
    description: 'The body is neither JSON nor sent as a form or text.',
    examples: ['noJsonType'],
    appliesTo: hasBody,
  },
  WrongParameter: {
    status: 422,
    description: 'A parameter has a value that is not known, or does not go with another one.',
    examples: ['unknownChoice'],
    appliesTo: ({ query = [] }) => query.some(({ name }) => CHECKED_PARAMETERS.has(name)),
  },
  Unavailable: {
    status: 503,
    description: 'Not ready, no leader, or too much to do; see `Retry-After` and try again.',
    examples: ['unavailable'],
    headers: ['Retry-After'],
    appliesTo: ({ path, tag }) => !NEEDS_NO_LEADER.includes(path) && tag !== 'System',
  },
  Otherwise: {
    status: 'default',
    description:
      'Anything else: 401 where the service asks for credentials, 502 and 504 from a standby that ' +
      'cannot hand the request on to the leader, 500 for a fault of the service.',
    examples: ['unauthorized', 'noLeaderKnown', 'slowLeader', 'fault'],
    headers: ['WWW-Authenticate'],
    appliesTo: () => true,
  },
};

/** Of others what is not known is taken for nothing (marathon-api 1.7). */
const CHECKED_PARAMETERS: ReadonlySet<string> = new Set([
  'generation',
  'parent',
  'queue',
  'strategy',
]);

function hasBody({ body }: Operation): boolean {
  return body !== undefined;
}

/** Bodies to show for a status of which an operation says nothing more. */
const USUAL: Readonly<Partial<Record<ErrorStatus, readonly ProblemName[]>>> = {
  400: ['brokenJson', 'noBody'],
  405: ['askForEvents'],
  409: ['locked'],
  422: ['wrongShape', 'notValid'],
};

const USUAL_404: Readonly<Record<Tag, ProblemName>> = {
  Apps: 'noApp',
  Groups: 'noGroup',
  Pods: 'noPod',
  Tasks: 'noApp',
  Deployments: 'noDeployment',
  Queue: 'notQueued',
  Why: 'noApp',
  Events: 'unrouted',
  Volumes: 'noVolume',
  'Agents and roles': 'noAgent',
  Info: 'noLeader',
  System: 'noPlugin',
};

/** Error answers of an operation: its own, and those of its kind that it does not override. */
export function errorAnswers(operation: Operation): JsonObject {
  const own = Object.entries(operation.errors).map(
    ([status, error]) =>
      [status, ownAnswer(operation, Number(status) as ErrorStatus, error)] as const,
  );
  const shared = Object.entries(SHARED)
    .filter(([, { appliesTo }]) => appliesTo(operation))
    .map(([name, { status }]) => [status, { $ref: `#/components/responses/${name}` }] as const);
  return Object.fromEntries([...shared, ...own]);
}

function ownAnswer({ tag }: Operation, status: ErrorStatus, error: ErrorCase): JsonObject {
  if (typeof error !== 'string') return problemAnswer(error.description, error.examples);
  const examples = status === 404 ? [USUAL_404[tag]] : (USUAL[status] ?? []);
  return problemAnswer(error, examples, status === 405 ? ['Allow'] : []);
}

function problemAnswer(
  description: string,
  examples: readonly ProblemName[],
  headers: readonly HeaderName[] = [],
): JsonObject {
  const shown = examples.map((name) => [name, { $ref: `#/components/examples/${name}` }] as const);
  const schema = { $ref: '#/components/schemas/Problem' };
  return {
    description,
    ...(headers.length === 0 ? {} : { headers: headerReferences(headers) }),
    content: { 'application/json': { schema, examples: Object.fromEntries(shown) } },
  };
}

/** What is shared between operations, as far as `paths` refer to it. */
export function sharedComponents(paths: JsonObject): {
  readonly responses: JsonObject;
  readonly headers: JsonObject;
  readonly examples: JsonObject;
} {
  const responses = Object.entries(SHARED).map(
    ([name, { description, examples, headers }]) =>
      [name, problemAnswer(description, examples, headers)] as const,
  );
  const text = JSON.stringify([paths, responses]);
  const used = (kind: string, all: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(all).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`)),
    );
  return {
    responses: Object.fromEntries(responses),
    headers: used('headers', HEADERS),
    examples: used('examples', PROBLEM_EXAMPLES),
  };
}
