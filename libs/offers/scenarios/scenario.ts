import { formatResources, parseResources } from '../src/resources/index.js';

/** A command of the replay's protocol. */
export type Line = Readonly<Record<string, unknown>>;

/**
 * Told apart from commands: everything that is offered is declined, whoever has it. For scenarios
 * in which chance decides who that is.
 */
export interface EveryoneDeclines {
  readonly everyoneDeclines: number | null;
}

/** What the events of a step have to be. */
export type Expected =
  | {
      /** In any order. One of the lists; `check` ignores commands that answer nothing. */
      readonly kind: 'events';
      readonly anyOf: readonly (readonly string[])[];
    }
  | {
      /** So many offers for each framework, and nothing else. */
      readonly kind: 'counts';
      readonly counts: Readonly<Record<string, number>>;
    }
  | {
      /** Of some roles; `null` = the role is not there. */
      readonly kind: 'shares';
      readonly roles: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
      readonly filters?: number;
      readonly queued?: number;
    }
  | {
      readonly kind: 'gate';
      readonly gate: string;
      readonly numbers?: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'sorted'; readonly clients: string }
  | { readonly kind: 'error'; readonly says: string }
  | { readonly kind: 'anything' };

export interface Step {
  readonly lines: readonly (Line | EveryoneDeclines)[];
  readonly expected: Expected;
}

/** A row of the catalogue (reference/allocator-scenarios.md), played in Mesos's batch mode. */
export interface Scenario {
  /** `DRF-01` */
  readonly id: string;
  /** What happens and why, one sentence. */
  readonly says: string;
  /** Where Ekiden decides otherwise than Mesos on purpose: the decision, and what Mesos does. */
  readonly differs?: string;
  /** Fields of `configure` besides the mode. */
  readonly configure?: Line;
  readonly steps: readonly Step[];
}

export function on(
  lines: Line | EveryoneDeclines | readonly (Line | EveryoneDeclines)[],
  expected: Expected,
): Step {
  return { lines: isList(lines) ? lines : [lines], expected };
}

export function repeat(
  times: number,
  ...lines: readonly (Line | EveryoneDeclines)[]
): readonly (Line | EveryoneDeclines)[] {
  return Array.from({ length: times }, () => lines).flat();
}

// ---- expectations ------------------------------------------------------------------------------

export const nothing: Expected = { kind: 'events', anyOf: [[]] };
export const anything: Expected = { kind: 'anything' };

/** `F1@role1 A1 c2 m1024`, `rescind F1@role1 A1 c2 m1024`, `inverse F1 A1 60`. */
export function offers(...lines: readonly string[]): Expected {
  return { kind: 'events', anyOf: [lines.map(canonical)] };
}

/** One of several outcomes, where the order of agents or a draw decides. */
export function either(...outcomes: readonly (readonly string[])[]): Expected {
  return { kind: 'events', anyOf: outcomes.map((lines) => lines.map(canonical)) };
}

export function counts(byFramework: Readonly<Record<string, number>>): Expected {
  return { kind: 'counts', counts: byFramework };
}

export function error(says: string): Expected {
  return { kind: 'error', says };
}

/** Brings the resources of an expectation into the form in which they are printed. */
function canonical(line: string): string {
  const [, head = '', resources] =
    /^(inverse \S+ \S+ \S+|(?:rescind )?\S+ \S+)(?: (.*))?$/.exec(line) ?? [];
  if (head === '') throw new Error(`${line} is no expectation`);
  return resources === undefined ? head : `${head} ${printed(resources)}`;
}

function printed(short: string): string {
  const read = parseResources(bag(short));
  if (!read.ok) throw new Error(`${short}: ${read.error.rule}`);
  return formatResources(read.value);
}

// ---- commands ----------------------------------------------------------------------------------

const NAMES: Readonly<Record<string, string>> = {
  c: 'cpus',
  m: 'mem',
  d: 'disk',
  g: 'gpus',
  p: 'ports',
};

/** `c2 m(eng)1024 c{REV}1 p[1-2]` as Mesos's text; longer words pass as they are. */
export function bag(short: string): string {
  return short
    .split(' ')
    .map((word) =>
      word.replace(
        /^([cmdgp])((?:\([^)]*\))?(?:\{REV\})?)([\d.]+|\[[^\]]*\])$/,
        (_, letter: string, middle: string, value: string) =>
          `${NAMES[letter] ?? letter}${middle}:${value}`,
      ),
    )
    .join(';');
}

export const tick: Line = { op: 'advance', seconds: 1 };
export const shares: Line = { op: 'shares' };
export const allocate: Line = { op: 'allocate' };

export function advance(seconds: number): Line {
  return { op: 'advance', seconds };
}

interface More extends Line {
  /** `{ 'F1@role1': 'c1 m512' }` of an agent, `{ 'A1@role1': 'c1 m512' }` of a framework. */
  readonly used?: Readonly<Record<string, string>>;
}

export function agent(id: string, resources: string, more: More = {}): Line {
  const { used = {}, ...rest } = more;
  const parts = usedBy(used);
  return { op: 'addAgent', id, hostname: id, resources: bag(resources), used: parts, ...rest };
}

/** `F1@role1,role2`, with capabilities `F1@role1{GPU_RESOURCES}`. */
export function framework(spec: string, more: More = {}): Line {
  const [, id = '', roles = '', capabilities] = /^([^@]+)@([^{]+)(?:\{(.*)\})?$/.exec(spec) ?? [];
  const { used = {}, ...rest } = more;
  return {
    op: 'addFramework',
    id,
    roles: roles.split(','),
    ...(capabilities !== undefined && { capabilities: capabilities.split(',') }),
    used: usedBy(used),
    ...rest,
  };
}

/** `F1@role1`; `refuse` null = no filter; without resources all that it is offered there. */
export function decline(
  owner: string,
  on: string,
  refuse: number | null,
  resources?: string,
): Line {
  const part = resources === undefined ? {} : { resources: bag(resources) };
  return { op: 'decline', ...holder(owner, on), refuseSeconds: refuse, ...part };
}

export function everyoneDeclines(refuse: number | null): EveryoneDeclines {
  return { everyoneDeclines: refuse };
}

export function accept(owner: string, on: string, resources: string, refuse: number | null): Line {
  return {
    op: 'accept',
    ...holder(owner, on),
    resources: bag(resources),
    refuseSeconds: refuse,
  };
}

export function recover(owner: string, on: string, resources: string): Line {
  return { op: 'recover', ...holder(owner, on), resources: bag(resources) };
}

/** Without an owner an operator does it. */
export function operate(
  operation: string,
  owner: string | undefined,
  on: string,
  resources: string,
): Line {
  const whose = owner === undefined ? { agent: on } : holder(owner, on);
  return { op: 'operate', operation, ...whose, resources: bag(resources) };
}

/** Guarantees and limits, both the same unless told apart. Forced: quotas often come first. */
export function quota(role: string, guarantees: string, limits = guarantees): Line {
  const words = {
    ...(guarantees !== '' && { guarantees: bag(guarantees) }),
    ...(limits !== '' && { limits: bag(limits) }),
  };
  return { op: 'setQuota', role, ...words, force: true };
}

export function weight(role: string, value: number): Line {
  return { op: 'setWeight', role, weight: value };
}

function holder(owner: string, on: string): Line {
  const [id, role] = owner.split('@');
  return { framework: id, role, agent: on };
}

/** `F1@role1`, or `A1@role1`, to resources. */
function usedBy(
  used: Readonly<Record<string, string>>,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const found: Record<string, Record<string, string>> = {};
  for (const [key, resources] of Object.entries(used)) {
    const [outer = '', role = ''] = key.split('@');
    found[outer] = { ...found[outer], [role]: bag(resources) };
  }
  return found;
}

function isList<T>(lines: T | readonly T[]): lines is readonly T[] {
  return Array.isArray(lines);
}
