import type { AgentId } from '@ekiden/kernel';
import {
  parseResources,
  resourcesFromJson,
  type AgentFacts,
  type FrameworkId,
  type Resources,
} from '@ekiden/offers';

/** The resources of the workloads' agents, as Mesos's allocator benchmarks give them. */

export function bag(text: string): Resources {
  const read = parseResources(text);
  if (!read.ok) throw new Error(`${text}: ${read.error.rule}`);
  return read.value;
}

/** From Mesos's JSON: what its text form has no words for. */
export function bagOfJson(objects: readonly unknown[]): Resources {
  const read = resourcesFromJson(objects);
  if (!read.ok) throw new Error(`${JSON.stringify(objects[read.error.index])}: ${read.error.rule}`);
  return read.value;
}

function frameworkId(index: number): FrameworkId {
  return `framework${index}` as FrameworkId;
}

/** Numbered from 1, as the workloads do. */
export function frameworkIds(count: number): readonly FrameworkId[] {
  return Array.from({ length: count }, (_, index) => frameworkId(index + 1));
}

/** The framework that uses something on this agent from the start. */
export function userOf(agent: number, frameworks: number): FrameworkId {
  return frameworkId((agent % frameworks) + 1);
}

export function agentFacts(index: number, total: Resources): AgentFacts {
  const name = `agent${index}`;
  return { id: name as AgentId, hostname: name, attributes: [], total };
}

/**
 * `count` ranges of a longer one: single numbers, each second one left out, and the rest as the last
 * range. So `count - 1` single numbers in between stay free.
 */
export function fragment(begin: number, end: number, count: number): readonly Span[] {
  const singles = Array.from({ length: count - 1 }, (_, index): Span => {
    return { begin: begin + 2 * index, end: begin + 2 * index };
  });
  return [...singles, { begin: begin + 2 * (count - 1), end }];
}

interface Span {
  readonly begin: number;
  readonly end: number;
}

export function portsText(ranges: readonly Span[]): string {
  return `ports:[${ranges.map(({ begin, end }) => `${begin}-${end}`).join(',')}]`;
}

/** Free ports 31000 to 32000 of which so many ranges are used. */
export function usedPorts(count: number): string {
  return portsText(fragment(31_000, 32_000, count));
}

/** Mesos's JSON for a scalar with reservations. */
export function scalarJson(
  name: string,
  value: number,
  reservations: readonly object[],
  more: object = {},
): object {
  return { name, type: 'SCALAR', scalar: { value }, reservations, ...more };
}

export function portsJson(ranges: readonly Span[], reservations: readonly object[]): object {
  return { name: 'ports', type: 'RANGES', ranges: { range: ranges }, reservations };
}
