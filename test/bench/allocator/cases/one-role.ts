import {
  countLine,
  microsLine,
  size,
  sized,
  timeLine,
  type AllocatorCase,
  type Scale,
} from '../allocator-case.js';
import { CPP } from '../cpp-figures.js';
import type { DeclineShape, WorkloadSpec } from '../specs.js';

const PLAIN_AGENTS = { kind: 'plain' } as const;

/** W1: what every framework declines goes to the next one. */
export function w1(scale: Scale): AllocatorCase {
  const few = sized(scale, 10_000);
  const many = sized(scale, 50_000);
  const frameworks = sized(scale, 1_000);
  const small = size(few, frameworks);
  const big = size(many, frameworks);
  return {
    name: 'W1',
    processes: {
      small: declines(few, frameworks, { cyclesPerRound: 5 }),
      big: declines(many, frameworks, { cyclesPerRound: 3 }),
    },
    plain: declines(few, frameworks, { cyclesPerRound: 1, allocator: 'plain' }),
    lines: [
      timeLine(`W1 ${small}: cycle`, ['small', 'cycle'], {
        goal: 'allocatorCycle10k',
        beside: CPP.declines['10000x1000'],
      }),
      timeLine(`W1 ${big}: cycle`, ['big', 'cycle'], {
        goal: 'allocatorCycle50k',
        beside: CPP.declines['50000x1000'],
      }),
      {
        about: `W1 growth: ${big} over ${small}`,
        unit: '',
        goal: 'allocatorGrowth',
        value: (of) => of('big', 'cycle') / of('small', 'cycle'),
        beside: CPP.growth,
      },
      microsLine(`W1 ${small}: decline, per offer`, ['small', 'decline'], {
        goal: 'allocatorDecline',
        beside: CPP.decline,
      }),
      timeLine(`W1 ${small}: cycle, beside re-sorting for every agent`, ['small', 'cycle'], {
        beside: { plain: 'cycle' },
      }),
      countLine(`W1 ${small}: offers per cycle`, ['small', 'offers'], '', {
        beside: { plain: 'offers' },
      }),
      timeLine(`W1 ${small}: cycle, main thread only`, ['small', 'cycle, main thread']),
      timeLine(`W1 ${small}: slowest cycle`, ['small', 'slowest cycle']),
      timeLine(`W1 ${big}: slowest cycle`, ['big', 'slowest cycle']),
      microsLine(`W1 ${small}: add agent, process just begun`, ['small', 'add agent']),
      ...memoryLines(`W1 ${small}`, 'small', CPP.declinesMemory['10000x1000']),
      ...memoryLines(`W1 ${big}`, 'big', CPP.declinesMemory['50000x1000']),
    ],
  };
}

/** W1 to its end: everybody has declined everything for good. */
export function allFiltered(scale: Scale): AllocatorCase {
  const agents = sized(scale, 1_000);
  const frameworks = sized(scale, 200);
  const sizes = size(agents, frameworks);
  const spec = { kind: 'allFiltered', agents, frameworks } as const;
  return {
    name: 'W1, every pair filtered',
    processes: {
      batch: { ...spec, allocator: 'drf', mode: 'batch' },
      incremental: { ...spec, allocator: 'drf', mode: 'incremental' },
    },
    plain: { ...spec, allocator: 'plain', mode: 'batch' },
    lines: [
      timeLine(`W1 ${sizes}, every pair filtered: cycle`, ['batch', 'cycle'], {
        goal: 'allocatorFiltered',
        beside: CPP.allFiltered,
      }),
      timeLine(`W1 ${sizes}, every pair filtered: idle turn`, ['incremental', 'idle'], {
        goal: 'allocatorIdle',
      }),
      timeLine(`W1 ${sizes}: the cycles of the whole course`, ['batch', 'course'], {
        beside: CPP.course,
      }),
      timeLine(`W1 ${sizes}: the same beside re-sorting for every agent`, ['batch', 'course'], {
        beside: { plain: 'course' },
      }),
      timeLine(
        `W1 ${sizes}, every pair filtered: cycle beside re-sorting for every agent`,
        ['batch', 'cycle'],
        { beside: { plain: 'cycle' } },
      ),
      ...memoryLines(`W1 ${sizes}, every pair filtered`, 'batch'),
    ],
  };
}

/** What Mesos's cycle makes wait: a single agent that comes free. */
export function freed(scale: Scale): AllocatorCase {
  const agents = sized(scale, 50_000);
  const frameworks = sized(scale, 1_000);
  const sizes = size(agents, frameworks);
  return {
    name: 'freed',
    processes: { all: { kind: 'freed', agents, frameworks } },
    lines: [
      timeLine(`${sizes}, one agent freed: its offer`, ['all', 'freed'], {
        goal: 'allocatorFreed',
      }),
      timeLine(`${sizes}: idle turn`, ['all', 'idle'], { goal: 'allocatorIdle' }),
      timeLine(`${sizes}, one offer declined for 5 s: the next`, ['all', 'declined']),
      countLine(`${sizes}: slowest of such turns`, ['all', 'slowest freed, wall'], 'ms wall'),
      ...memoryLines(sizes, 'all'),
    ],
  };
}

/** W9: reserved resources with volumes. */
export function volumes(scale: Scale): AllocatorCase {
  const agents = sized(scale, 10_000);
  const frameworks = sized(scale, 1_000);
  const sizes = size(agents, frameworks);
  const spec = (shared: boolean): WorkloadSpec =>
    declines(agents, frameworks, {
      shape: { kind: 'volumes', shared },
      filter: false,
      cyclesPerRound: 3,
    });
  return {
    name: 'W9',
    processes: { shared: spec(true), regular: spec(false) },
    lines: [
      timeLine(`W9 ${sizes}, shared volumes: cycle`, ['shared', 'cycle'], {
        goal: 'allocatorShared',
        beside: CPP.volumes.shared,
      }),
      timeLine(`W9 ${sizes}, regular volumes: cycle`, ['regular', 'cycle'], {
        beside: CPP.volumes.regular,
      }),
      countLine(`W9 ${sizes}, shared volumes: offers per cycle`, ['shared', 'offers'], ''),
      countLine(`W9 ${sizes}, regular volumes: offers per cycle`, ['regular', 'offers'], ''),
      microsLine(`W9 ${sizes}, shared volumes: decline, per offer`, ['shared', 'decline']),
    ],
  };
}

/** W10: free ports in many pieces. */
export function ports(scale: Scale): AllocatorCase {
  const agents = sized(scale, 5_000);
  const frameworks = 50;
  const counts = [1, 16, 100, 400] as const;
  const processes = counts.map((usedRanges) => {
    const shape = { kind: 'ports', usedRanges } as const;
    // Five times so many cycles with the warm-up, and 50 frameworks take 49 of them.
    const spec = declines(agents, frameworks, { shape, cyclesPerRound: 3 });
    return [String(usedRanges), spec] as const;
  });
  return {
    name: 'W10',
    processes: Object.fromEntries(processes),
    lines: [
      ...counts.map((count) => {
        const about = `W10 ${size(agents, frameworks)}, ${count - 1} free port ranges: cycle`;
        const goal = count === 400 ? { goal: 'allocatorFragmented' as const } : {};
        return timeLine(about, [String(count), 'cycle'], { ...goal, beside: CPP.ports[count] });
      }),
      microsLine('W10, 399 free port ranges: decline, per offer', ['400', 'decline'], {
        beside: CPP.declineOf399Ranges,
      }),
      ...memoryLines('W10, 399 free port ranges', '400'),
    ],
  };
}

/** W4 and W11. */
export function otherDeclines(scale: Scale): readonly AllocatorCase[] {
  const agents = sized(scale, 10_000);
  const frameworks = sized(scale, 1_000);
  const fewer = sized(scale, 200);
  return [
    {
      name: 'W4',
      processes: { all: declines(agents, frameworks, { shape: { kind: 'labels' } }) },
      lines: [
        timeLine(`W4 ${size(agents, frameworks)}, labels: cycle`, ['all', 'cycle'], {
          beside: CPP.labels,
        }),
      ],
    },
    {
      name: 'W11',
      processes: { all: declines(agents, fewer, { filter: false }) },
      lines: [
        timeLine(`W11 ${size(agents, fewer)}, no filters: cycle`, ['all', 'cycle'], {
          beside: CPP.circulating,
        }),
      ],
    },
  ];
}

/** W1 at the other sizes there are figures for. */
export function otherSizes(): readonly AllocatorCase[] {
  const sizes = [
    [1_000, 50, '1000x50'],
    [1_000, 1_000, '1000x1000'],
    [5_000, 1_000, '5000x1000'],
    [10_000, 50, '10000x50'],
    [20_000, 1_000, '20000x1000'],
  ] as const;
  return sizes.map(([agents, frameworks, key]): AllocatorCase => {
    const about = `W1 ${size(agents, frameworks)}`;
    return {
      name: about,
      processes: { all: declines(agents, frameworks, { cyclesPerRound: 5 }) },
      lines: [timeLine(`${about}: cycle`, ['all', 'cycle'], { beside: CPP.declines[key] })],
    };
  });
}

function declines(
  agents: number,
  frameworks: number,
  more: {
    readonly allocator?: 'plain';
    readonly shape?: DeclineShape;
    readonly filter?: boolean;
    readonly cyclesPerRound?: number;
  },
): WorkloadSpec {
  return {
    kind: 'declines',
    allocator: more.allocator ?? 'drf',
    agents,
    frameworks,
    shape: more.shape ?? PLAIN_AGENTS,
    filter: more.filter ?? true,
    cyclesPerRound: more.cyclesPerRound ?? 3,
  };
}

/** The process beside the C++ one's most resident memory, if that is known. */
function memoryLines(
  about: string,
  process: string,
  beside?: (typeof CPP.declinesMemory)['10000x1000'],
): AllocatorCase['lines'] {
  const more = beside === undefined ? {} : { beside };
  return [
    countLine(`${about}: heap after collection`, [process, 'heap'], 'MB'),
    countLine(`${about}: most resident`, [process, 'most resident'], 'MB', more),
  ];
}
