/** What Mesos's C++ allocator took, and where that is written. */
export interface CppFigure {
  readonly value: number;
  /** Table of the measurements in the reference on Mesos's workloads. */
  readonly table: string;
}

function figure(table: string, value: number): CppFigure {
  return { table, value };
}

/**
 * CPU of the allocator's thread, measured where the calibration gives 97 ms; on a quiet machine where
 * there is such a figure. Mesos of August 2024 (c1b42f79), optimised, g++ 12. Milliseconds, or
 * microseconds where it is told by agent, offer or framework; memory in MB resident at most.
 */
export const CPP = {
  declines: {
    '1000x50': figure('T1', 25.2),
    '1000x1000': figure('T1', 41.5),
    '5000x1000': figure('T1', 268.6),
    '10000x50': figure('T1', 473.6),
    '10000x1000': figure('T1', 517.3),
    '20000x1000': figure('T1', 1_107),
    '50000x1000': figure('T1', 2_992),
  },
  declinesMemory: {
    '10000x1000': figure('T1', 581),
    '50000x1000': figure('T1', 2_274),
  },
  growth: figure('T1', 2_992 / 517.3),
  decline: figure('T1', 58.4),
  allFiltered: figure('T1b', 1_300),
  /** Two thirds of it are the 200 cycles after everything was filtered. */
  course: figure('T1b', 270_653),
  addFramework: figure('T2', 10.7),
  addAgent: figure('T2', 73.8),
  updateAgent: figure('T2', 57.3),
  addFrameworkToAgents: figure('T2, variants', 4_021),
  suppressed: {
    20: figure('T3', 555.7),
    60: figure('T3', 550.4),
    100: figure('T3', 34),
    99: figure('T3', 468.2),
  },
  suppress: figure('T3', 7.88 / 0.2),
  labels: figure('T4', 1_057),
  quotas: {
    first: figure('T5', 11_076),
    empty: figure('T5', 9_987),
    memory: figure('T5', 5_182),
    addFramework: figure('T5', (1_000 * 23_380) / 3_000),
    setQuota: figure('T5', (1_000 * 234.1) / 3_000),
    offers: figure('T5', 3_500),
  },
  noQuota: { first: figure('T5b', 150.7), empty: figure('T5b', 112.6) },
  withQuota: { first: figure('T5b', 104.8), empty: figure('T5b', 51) },
  twoLoads: { tasks: figure('T6', 5_132), cycle: figure('T6', 1.09) },
  roleBooks: {
    /** The snapshot of all metrics over loopback HTTP. */
    snapshot: figure('T7', 169.4),
    addAgent: figure('T7', (1_000 * 43_228) / 10_000),
    memory: figure('T7', 5_681),
  },
  revive: figure('T8', 2_895),
  addUnusedAgent: figure('T8', 45),
  volumes: { regular: figure('T9', 570.3), shared: figure('T9', 3_045) },
  ports: {
    1: figure('T10', 120.1),
    16: figure('T10', 203.4),
    100: figure('T10', 429.3),
    400: figure('T10', 1_336),
  },
  declineOf399Ranges: figure('T10', 658.9),
  circulating: figure('T11', 412.6),
  reserve: figure('T12', 15.15),
  unreserve: figure('T12', 15.41),
  sorter: {
    full: figure('T13', 0.123),
    unchanged: figure('T13', 0.009),
    allocated: figure('T13', 13.6 / 10),
    unallocated: figure('T13', 424 / 10),
  },
} as const;

/** W14, microseconds per operation. */
export const CPP_ARITHMETIC: Readonly<Record<string, CppFigure>> = {
  'ranges10, a+b': figure('T14', 0.768),
  'ranges10, a-b': figure('T14', 0.712),
  'ranges100, a+b': figure('T14', 7.387),
  'ranges100, a-b': figure('T14', 7.488),
  'ranges1000, a+b': figure('T14', 101.8),
  'ranges1000, a-b': figure('T14', 78.24),
  'scalars, total+r': figure('T14', 0.456),
  'scalars, total-r': figure('T14', 0.493),
  'reservations1000x4, total+r': figure('T14', 41_612),
  'reservations1000x4, total-r': figure('T14', 50_093),
  'filters, unreserved': figure('T14', 0.053),
  'filters, scalars': figure('T14', 0.053),
  parse100: figure('T14', 109.2),
  'contains, scalars': figure('T14', 0.068),
  'contains, full>frag8000': figure('T14', 616.6),
  'contains, frag8000>full': figure('T14', 611.9),
  'contains, frag8000>frag8000': figure('T14', 23_833),
};
