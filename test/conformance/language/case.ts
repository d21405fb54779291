import type { Wanted } from './wanted.js';

/** Servers whose answers a case can tell; see `differs`. */
export type ServerKind = 'ekiden' | 'marathon';

/**
 * What a case does to a server beyond its own group. `root`: reads or writes the whole tree, so it
 * runs alone and wants a server that nobody else uses; `tasks`: starts real tasks; `settings`:
 * relies on the settings a server starts with by default; `global`: changes what all share.
 */
export type Need = 'global' | 'root' | 'settings' | 'tasks';

/**
 * One behaviour of the API. In all texts (paths, bodies, expectations) `~` stands for the name of
 * a top-level group that no other case has, so `/~/web` is an absolute id and `~_web` its safe
 * form; `{{name}}` stands for what a step before kept. That group is removed afterwards.
 */
export interface Case {
  /** A sentence. */
  readonly name: string;
  /** Section of the reference (`4.1.2`), or id of the scenario (`APP-12`). */
  readonly source: string;
  readonly needs?: readonly Need[];
  /** For what the other server does not have at all. */
  readonly only?: ServerKind;
  readonly steps: readonly Step[];
  /** Requests that undo what is not in the case's group; sent come what may. */
  readonly afterwards?: readonly string[];
}

export type Step = Exchange | Listen | Hear;

/** One request and its answer. */
export interface Exchange {
  /** `GET /v2/apps/~/web`; the path goes out as it stands. */
  readonly send: string;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without it any success is right. */
  readonly expect?: Expectation;
  /** For later steps: name to place, as `body.app.tasks.0.id`; what is no text is kept as JSON. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Ask again until the answer is as expected, or patience ends. Only for reads. */
  readonly until?: true;
}

export interface Expectation {
  readonly status?: Wanted;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers?: Readonly<Record<string, Wanted>>;
  /** The body as JSON. */
  readonly body?: Wanted;
  /** The body as text. */
  readonly text?: Wanted;
}

/** Opens an event stream that stays open until the case ends, or the next `listen`. */
export interface Listen {
  readonly listen: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Waits until the open stream has brought all of these. */
export interface Hear {
  /** Frames `{event, id?, data}`; `data` as JSON. */
  readonly hear: readonly Wanted[];
  /** They come in the order given. */
  readonly inOrder?: true;
  /** None of what came so far is like one of these. */
  readonly butNot?: readonly Wanted[];
  /** The bytes of the stream so far, as text. */
  readonly raw?: Wanted;
  readonly keep?: Readonly<Record<string, string>>;
}

/** Cases about one part of the API. */
export interface Area {
  readonly name: string;
  readonly about: string;
  readonly cases: readonly Case[];
}
