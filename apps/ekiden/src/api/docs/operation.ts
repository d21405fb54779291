import type { ProblemName } from './problem-examples.js';

/** One endpoint as described in the OpenAPI document. Plain data. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces: `/v2/apps/{id}`. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  /** Values to try for parameters of `path`, where the usual ones (parameters.ts) do not fit. */
  readonly samples?: Readonly<Record<string, string>>;
  readonly query?: readonly QueryParameter[];
  readonly body?: Body;
  readonly success: Success;
  /**
   * Statuses of errors that this endpoint is known for, with when. Those that follow from its kind
   * (406, 413, 415, 503 ...) are added to them; see shared-answers.ts.
   */
  readonly errors: Readonly<Partial<Record<ErrorStatus, ErrorCase>>>;
}

/** In the order in which the pages show them. */
export const TAGS = {
  Apps: 'What is to run, and how: definitions, their versions, and changes of them.',
  Groups: 'Apps that belong together: changed as one, started in order of their dependencies.',
  Pods: 'Several containers that run side by side and share one network, as one instance.',
  Tasks: 'What runs of the apps, where, on which ports; and killing it.',
  Deployments: 'Changes under way: the steps of each, and undoing or stopping them.',
  Queue: 'What waits to be launched, and which offers were refused for which reason.',
  Why: 'In plain sentences: why something does not run.',
  Events: 'What happens, as it happens, as a stream that can be resumed.',
  Volumes: 'Data that outlives what runs: where it is, who has it, and deleting it.',
  'Agents and roles': 'Hosts and their resources, and who may use how much of them.',
  Info: 'What this service is, who leads, and what it was told to be.',
  System: 'For those who watch over the service: liveness, metrics, logging.',
} as const;

export type Tag = keyof typeof TAGS;

export type ErrorStatus = 400 | 403 | 404 | 405 | 406 | 409 | 413 | 415 | 416 | 422 | 426 | 503;

/** When it happens; alone it is shown with the usual bodies of the status. */
export type ErrorCase =
  string | { readonly description: string; readonly examples: readonly ProblemName[] };

export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly type: 'boolean' | 'string' | 'strings' | 'integer';
  readonly fallback?: boolean | number | string;
  readonly required?: boolean;
  readonly values?: readonly string[];
  /** Bounds of an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: string | number;
}

export interface Body {
  /** Id of a schema. */
  readonly schema: string;
  readonly list?: boolean;
  readonly examples: Examples;
}

export type Examples = Readonly<
  Record<string, { readonly summary: string; readonly value: unknown }>
>;

export interface Success {
  readonly status: 101 | 200 | 201 | 202 | 204 | 206;
  readonly description: string;
  /** Shape of the body; absent = no body. */
  readonly shape?: Shape;
  /** Of the body; absent = JSON, or plain text for a string. */
  readonly mediaType?: string;
  /** A second status, with a body of its own or none. */
  readonly also?: Omit<Success, 'also'>;
  readonly deploys?: boolean;
  /** Of the body: one, or several that are told apart. */
  readonly example?: unknown;
  readonly examples?: Examples;
}

/** Id of a schema, a list of it, an object with one entry per key, or one of several. */
export type Shape =
  | { readonly schema: string }
  | { readonly listOf: string }
  | { readonly keys: Readonly<Record<string, Shape>> }
  | { readonly either: readonly Shape[] }
  | { readonly type: 'string' };
