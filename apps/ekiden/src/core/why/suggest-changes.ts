import { assert, mapInSteps, type Steps } from '@ekiden/kernel';
import { attributeText, fromMilli, parseResources, type Attribute } from '@ekiden/offers';
import type { AppDefinition, Constraint, ConstraintOperator } from '../app/index.js';
import { tryOn, type Judgement, type Placing, type Refusal } from '../matching/index.js';
import {
  changeText,
  costOf,
  edited,
  reopened,
  type Change,
  type Edit,
  type NewHost,
} from './change.js';

/** Changes told at most. */
const CHANGES_MAX = 3;

/** Agents that changes are tried on, and that serve as a pattern for a new one. */
const TRIED_MAX = 200;
const TRIED_PER_STEP = 10;
const PATTERNS_MAX = 20;

/** Edits of one definition for one agent. */
const EDITS_MAX = 6;

/** Less than this part of what was asked for is no help. */
const LEAST_PART = 0.1;

/**
 * The smallest changes that would let one more instance run, found by trying them with the rules
 * that place instances; smallest first, few. Empty where some agent has room already.
 */
export function* suggestChanges(
  app: AppDefinition,
  placing: Placing,
  counts: { readonly placed: number; readonly wanted: number },
): Steps<readonly Change[]> {
  const { agents } = placing;
  // What our own rules accept waits for the allocator alone.
  const isFit = ({ refusals }: Judgement) => refusals.every(({ by }) => by === 'allocator');
  if (placing.everywhere === undefined && agents.some(isFit)) return [];
  const found: Change[] = [];
  // What the allocator keeps back, no change of the definition or of an agent sets free.
  if (placing.everywhere === undefined) {
    const tried = (agent: Judgement) => changeFor(app, agent, placing);
    const changes = yield* mapInSteps(agents.slice(0, TRIED_MAX), tried, TRIED_PER_STEP);
    found.push(...changes.filter((change) => change !== undefined));
    const added = newAgentFor(app, placing);
    if (added !== undefined) found.push(added);
  }
  const { placed, wanted } = counts;
  if (placed > 0 && placed < wanted) found.push({ kind: 'scale', from: wanted, to: placed });
  return best(found);
}

/** The cheapest of each sort, and no two that say the same. */
function best(found: readonly Change[]): readonly Change[] {
  const sorted = [...found].sort((a, b) => costOf(a) - costOf(b));
  const kept: Change[] = [];
  const seen = new Set<string>();
  for (const change of sorted) {
    // Two amounts for one and the same resource differ by the agent only: the nearest is told.
    const sort =
      change.kind === 'definition' ? change.edits.map(sortOf).sort().join() : changeText(change);
    if (seen.has(sort)) continue;
    seen.add(sort);
    kept.push(change);
  }
  return kept.slice(0, CHANGES_MAX);
}

function sortOf(edit: Edit): string {
  return edit.kind === 'resource' ? edit.name : edit.kind;
}

/** What to change so that it fits on this agent; `undefined` where nothing sensible does. */
function changeFor(app: AppDefinition, agent: Judgement, { others }: Placing): Change | undefined {
  const { row, free } = agent;
  const at = { agentId: row.id, hostname: row.hostname };
  const host = { place: row, free, others };
  const state = reopened(agent);
  if (state !== undefined) {
    return tryOn(app, host).ok ? { kind: 'activateAgent', ...at, state } : undefined;
  }
  if (agent.refusals.some(({ by }) => by === 'agentInactive')) return undefined;
  const edits: Edit[] = [];
  let changed = app;
  for (let round = 0; round < EDITS_MAX; round += 1) {
    const match = tryOn(changed, host);
    if (match.ok) return edits.length === 0 ? undefined : { kind: 'definition', edits, ...at };
    const edit = editAgainst(changed, match.error);
    if (edit === undefined) return undefined;
    edits.push(edit);
    changed = edited(changed, edit);
  }
  return undefined;
}

function editAgainst(app: AppDefinition, refusal: Refusal): Edit | undefined {
  switch (refusal.by) {
    case 'cpus':
    case 'mem':
    case 'disk':
    case 'gpus': {
      const to = fromMilli(refusal.offered);
      const from = app[refusal.by];
      if (refusal.by === 'gpus') return undefined;
      return to < from * LEAST_PART ? undefined : { kind: 'resource', name: refusal.by, from, to };
    }
    case 'constraint':
      return { kind: 'removeConstraint', constraint: refusal.constraint };
    case 'ports':
      return refusal.shortage.kind === 'portTaken'
        ? { kind: 'anyHostPort', port: refusal.shortage.port }
        : undefined;
    case 'role':
      return app.acceptedResourceRoles === undefined ? undefined : { kind: 'anyResourceRole' };
    case 'pod':
    case 'executor':
    case 'agentInactive':
    case 'allocator':
    case 'scarceGpus':
    case 'volume':
      return undefined;
  }
}

/** One more agent like one of those that are there, with enough free. */
function newAgentFor(app: AppDefinition, { agents, others }: Placing): Change | undefined {
  for (const { row } of agents.slice(0, PATTERNS_MAX)) {
    const told = attributesFor(app.constraints, row.attributes);
    const taken = new Set(told.map(([name]) => name));
    const place = {
      hostname: NEW_HOST,
      attributes: [
        ...row.attributes.filter(({ name }) => !taken.has(name)),
        ...told.map(([name, value]): Attribute => ({
          name,
          type: 'TEXT',
          text: value ?? NEW_HOST,
        })),
      ],
      ...(row.domain === undefined ? {} : { domain: row.domain }),
    };
    const { cpus, mem, disk, gpus } = app;
    const free = { cpus, mem, disk, gpus };
    if (tryOn(app, { place, free: roomFor(free), others }).ok) {
      return { kind: 'addAgent', host: { free, attributes: told } };
    }
  }
  return undefined;
}

/** A name and a value that no agent has. */
const NEW_HOST = 'a-new-agent';

/** Where a value that no other agent has is always welcome, or welcome again. */
const DIFFERENT: ReadonlySet<ConstraintOperator> = new Set(['UNIQUE', 'MAX_PER', 'GROUP_BY']);

/** What constraints on attributes ask of an agent that is to be different from all others. */
function attributesFor(
  constraints: readonly Constraint[],
  known: readonly Attribute[],
): NewHost['attributes'] {
  const told = new Map<string, string | undefined>();
  for (const { field, operator, value } of constraints) {
    if (field === 'hostname' || field.startsWith('@')) continue;
    const seen = known.find(({ name }) => name === field);
    const isGiven = (operator === 'IS' || operator === 'CLUSTER') && value !== undefined;
    if (isGiven) told.set(field, value);
    else if (DIFFERENT.has(operator)) told.set(field, told.get(field));
    else if (seen !== undefined) told.set(field, attributeText(seen));
    else if (operator !== 'UNLIKE') told.set(field, told.get(field));
  }
  return [...told];
}

/** As much as is asked for, and more ports than anything needs. */
function roomFor(free: NewHost['free']): ReturnType<typeof resources> {
  const scalars = Object.entries(free).filter(([, amount]) => amount > 0);
  const amounts = scalars.map(([name, amount]) => `${name}:${amount}`);
  return resources([...amounts, 'ports:[1-65535]'].join(';'));
}

function resources(text: string) {
  const parsed = parseResources(text);
  assert(parsed.ok, `not resources: ${text}`);
  return parsed.value;
}
