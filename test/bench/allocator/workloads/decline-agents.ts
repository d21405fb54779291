import type { FrameworkId, Resources } from '@ekiden/offers';
import { bag, bagOfJson, fragment, portsJson, scalarJson, usedPorts, userOf } from '../shapes.js';
import type { DeclineShape } from '../specs.js';

/** An agent of W1 and its variants as it registers. */
export interface DeclineAgent {
  readonly index: number;
  readonly total: Resources;
  readonly usedBy: FrameworkId;
  /** The role it is used under. */
  readonly usedRole: string;
  readonly used: Resources;
}

const TOTAL = 'cpus:24;mem:4096;disk:4096;ports:[31000-32000]';
const USED = 'cpus:16;mem:2014;disk:1024';
const USED_RANGES = 16;

/** Numbered from 1. Nothing is shared between agents, as if each had told of itself. */
export function declineAgents(
  count: number,
  frameworks: number,
  shape: DeclineShape,
): readonly DeclineAgent[] {
  return Array.from({ length: count }, (_, at) => declineAgent(at + 1, frameworks, shape));
}

export function roleOf(shape: DeclineShape): string {
  switch (shape.kind) {
    case 'plain':
    case 'ports':
      return '*';
    case 'labels':
      return 'role1';
    case 'volumes':
      return 'test';
  }
}

function declineAgent(index: number, frameworks: number, shape: DeclineShape): DeclineAgent {
  const usedBy = userOf(index, frameworks);
  switch (shape.kind) {
    case 'plain':
    case 'ports': {
      const ranges = shape.kind === 'ports' ? shape.usedRanges : USED_RANGES;
      const used = bag(`${USED};${usedPorts(ranges)}`);
      return { index, total: bag(TOTAL), usedBy, usedRole: '*', used };
    }
    case 'labels':
      return { index, total: bag(TOTAL), usedBy, usedRole: 'role1', used: labelled(index) };
    case 'volumes':
      // Allocated to `*` though reserved for `test`: so it is in the workload.
      return { index, usedBy, usedRole: '*', ...withVolume(index, shape.shared) };
  }
}

/** W4. The agent's total stays unreserved, so what is used is not part of it. */
function labelled(index: number): Resources {
  const reservation = (labels: readonly Label[]): readonly object[] => [
    { type: 'DYNAMIC', role: 'role1', principal: 'principal1', labels: { labels } },
  ];
  const common = Array.from({ length: 11 }, (_, n) => label(`key${n}`, `value${n}`));
  const unique = [1, 2].map((n) => label(`unique_key_${n}`, `value_${index}`));
  return bagOfJson([
    scalarJson('cpus', 8, reservation([...common, ...unique])),
    scalarJson('cpus', 8, reservation(common)),
    scalarJson('mem', 2_014, []),
    scalarJson('disk', 1_024, []),
    portsJson(fragment(31_000, 32_000, USED_RANGES), []),
  ]);
}

interface Label {
  readonly key: string;
  readonly value: string;
}

function label(key: string, value: string): Label {
  return { key, value };
}

/** W9: all of the agent is reserved; 1,024 of its disk are a volume that nobody holds. */
function withVolume(
  index: number,
  shared: boolean,
): { readonly total: Resources; readonly used: Resources } {
  const reservations = [{ type: 'STATIC', role: 'test' }];
  const disk = {
    persistence: { id: `id${index}` },
    volume: { container_path: `path${index}`, mode: 'RW' },
  };
  const volume = shared ? { disk, shared: {} } : { disk };
  return {
    total: bagOfJson([
      scalarJson('cpus', 24, reservations),
      scalarJson('mem', 4_096, reservations),
      scalarJson('disk', 3_072, reservations),
      portsJson([{ begin: 31_000, end: 32_000 }], reservations),
      scalarJson('disk', 1_024, reservations, volume),
    ]),
    used: bagOfJson([
      scalarJson('cpus', 16, reservations),
      scalarJson('mem', 1_024, reservations),
      scalarJson('disk', 1_024, reservations),
      portsJson(fragment(31_000, 32_000, USED_RANGES), reservations),
    ]),
  };
}
