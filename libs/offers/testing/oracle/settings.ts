import { seconds, type AgentId, type Chance, type Millis } from '@ekiden/kernel';

import type { DrfOptions } from '../../src/allocator/index.js';
import { quantities, type Quantities } from '../../src/resources/index.js';

/** Those of the real allocator, and what the two have to agree on to be compared. */
export interface OracleOptions extends DrfOptions {
  /** The order in which a run looks at agents, given by id; default a shuffle. */
  readonly agentOrder?: AgentOrder;
}

export type AgentOrder = (ids: readonly AgentId[], chance: Chance) => readonly AgentId[];

/** The same with every default filled in. */
export interface Settings {
  readonly batch: boolean;
  readonly interval: Millis;
  readonly minimum: readonly Quantities[];
  readonly excluded: ReadonlySet<string>;
  readonly filterGpu: boolean;
  readonly region: string | undefined;
  readonly roleSorter: NonNullable<DrfOptions['roleSorter']>;
  readonly frameworkSorter: NonNullable<DrfOptions['frameworkSorter']>;
  readonly agentOrder: AgentOrder;
}

export function settingsOf(options: OracleOptions): Settings {
  return {
    batch: options.mode === 'batch',
    interval: options.allocationInterval ?? seconds(1),
    minimum: options.minimumAllocatable ?? [quantities({ cpus: 0.01 }), quantities({ mem: 32 })],
    excluded: new Set(options.fairnessExclude ?? []),
    filterGpu: options.filterGpu ?? true,
    region: options.region,
    roleSorter: options.roleSorter ?? 'drf',
    frameworkSorter: options.frameworkSorter ?? 'drf',
    agentOrder: options.agentOrder ?? ((ids, chance) => chance.shuffle(ids)),
  };
}
