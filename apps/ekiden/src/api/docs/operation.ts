/** One endpoint as described in the OpenAPI document. Plain data. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces: `/v2/apps/{id}`. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  /** Names within `PATH_PARAMETERS`; every parameter of `path`. */
  readonly query?: readonly QueryParameter[];
  readonly body?: Body;
  readonly success: Success;
  /** Statuses of errors that this endpoint is known for, with when. */
  readonly errors: Readonly<Partial<Record<ErrorStatus, string>>>;
}

export const TAGS = {
  Apps: 'What is to run, and how.',
  Groups: 'Apps that belong together, changed as one.',
  Tasks: 'What runs.',
  Deployments: 'Changes under way.',
  Queue: 'What waits, and why.',
  Pool: 'Hosts and their resources, and who shares them.',
  Events: 'What happens, as it happens.',
  Service: 'The service itself.',
} as const;

export type Tag = keyof typeof TAGS;

export type ErrorStatus = 400 | 404 | 405 | 409 | 413 | 415 | 422 | 503;

export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly type: 'boolean' | 'string' | 'strings';
  readonly fallback?: boolean;
  readonly required?: boolean;
  readonly values?: readonly string[];
  readonly example?: string;
}

export interface Body {
  /** Id of a schema. */
  readonly schema: string;
  readonly list?: boolean;
  readonly examples: Readonly<
    Record<string, { readonly summary: string; readonly value: unknown }>
  >;
}

export interface Success {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** Shape of the body; absent = no body. */
  readonly shape?: Shape;
  /** Of the body; absent = JSON, or plain text for a string. */
  readonly mediaType?: string;
  /** A second status with the same shape (201 of a PUT that creates). */
  readonly also?: { readonly status: 201 | 202; readonly description: string };
  readonly deploys?: boolean;
  readonly example?: unknown;
}

/** Id of a schema, a list of it, or an object with one entry per key. */
export type Shape =
  | { readonly schema: string }
  | { readonly listOf: string }
  | { readonly keys: Readonly<Record<string, Shape>> }
  | { readonly type: 'string' };
