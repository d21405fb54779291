import type { AppWire } from '../../../apps/ekiden/src/core/app/index.js';

export interface GroupDocument {
  readonly id: string;
  readonly apps?: readonly AppWire[];
  readonly groups?: readonly GroupDocument[];
}

const WIDTH = 10;

/** Groups of ten groups each, and ten apps in each of the last: 100,000 on five levels. */
export function groupOfLevels(id: string, levels: number): GroupDocument {
  const each = Array.from({ length: WIDTH }, (_, n) => n);
  if (levels > 1) return { id, groups: each.map((n) => groupOfLevels(`g${n}`, levels - 1)) };
  const apps = each.map((n) => {
    return { id: `app-${n}`, cmd: 'sleep 1000', instances: 0, portDefinitions: [] };
  });
  return { id, apps };
}

export function appsOnLevels(levels: number): number {
  return WIDTH ** levels;
}
