import {
  countLine,
  MICROS,
  microsLine,
  size,
  sized,
  timeLine,
  type AllocatorCase,
  type Line,
  type Scale,
} from '../allocator-case.js';
import { CPP, type CppFigure } from '../cpp-figures.js';
import type { LoadManner } from '../specs.js';

/** W5: a role for every framework, each with a quota. */
export function quotas(scale: Scale): AllocatorCase {
  const small = sized(scale, 2_500);
  const large = sized(scale, 500);
  const sizes = `${size(small / 5 + 5 * large, small + large)} quota roles`;
  return {
    name: 'W5',
    processes: { all: { kind: 'quotas', small, large } },
    lines: [
      timeLine(`W5 ${sizes}: first cycle`, ['all', 'first cycle'], {
        goal: 'allocatorQuotaFirst',
        beside: CPP.quotas.first,
      }),
      timeLine(`W5 ${sizes}: empty cycle`, ['all', 'empty cycle'], {
        goal: 'allocatorQuotaEmpty',
        beside: CPP.quotas.empty,
      }),
      countLine(`W5 ${sizes}: heap after collection`, ['all', 'heap'], 'MB', {
        goal: 'allocatorQuotaMemory',
        beside: CPP.quotas.memory,
      }),
      countLine(`W5 ${sizes}: most resident`, ['all', 'most resident'], 'MB', {
        beside: CPP.quotas.memory,
      }),
      countLine(`W5 ${sizes}: offers of the first cycle`, ['all', 'offers'], '', {
        beside: CPP.quotas.offers,
      }),
      microsLine(`W5 ${sizes}: add framework`, ['all', 'add framework'], {
        beside: CPP.quotas.addFramework,
      }),
      microsLine(`W5 ${sizes}: set quota`, ['all', 'set quota'], { beside: CPP.quotas.setQuota }),
    ],
  };
}

/** W5b. */
export function quotaOrNot(scale: Scale): AllocatorCase {
  const roles = sized(scale, 1_000);
  const lines = (process: string, about: string, cpp: Cycles): readonly Line[] => {
    const sizes = `W5b ${size(2 * roles, roles)} roles, ${about}`;
    return [
      timeLine(`${sizes}: first cycle`, [process, 'first cycle'], { beside: cpp.first }),
      timeLine(`${sizes}: empty cycle`, [process, 'empty cycle'], { beside: cpp.empty }),
    ];
  };
  return {
    name: 'W5b',
    processes: {
      none: { kind: 'quotaOrNot', roles, quota: false },
      quota: { kind: 'quotaOrNot', roles, quota: true },
    },
    lines: [
      ...lines('none', 'no quotas', CPP.noQuota),
      ...lines('quota', 'with quotas', CPP.withQuota),
    ],
  };
}

interface Cycles {
  readonly first: CppFigure;
  readonly empty: CppFigure;
}

/** W6 is one size. */
export function twoLoads(): AllocatorCase {
  const lines = (manner: LoadManner, about: string): readonly Line[] => [
    timeLine(`W6, ${about}: all tasks placed`, [manner, 'all tasks'], {
      unit: 'eq s',
      goal: 'allocatorTwoLoads',
    }),
    countLine(`W6, ${about}: tasks placed`, [manner, 'tasks'], '', {
      goal: 'allocatorTwoLoadsTasks',
      beside: CPP.twoLoads.tasks,
    }),
    timeLine(`W6, ${about}: per cycle`, [manner, 'cycle'], { beside: CPP.twoLoads.cycle }),
    countLine(`W6, ${about}: cycles`, [manner, 'cycles'], ''),
  ];
  return {
    name: 'W6',
    processes: {
      asks: { kind: 'twoLoads', manner: 'asks' },
      suppresses: { kind: 'twoLoads', manner: 'suppresses' },
    },
    lines: [
      ...lines('asks', 'frameworks with asks'),
      ...lines('suppresses', "Mesos's frameworks, suppressing when done"),
    ],
  };
}

/** W6 as it is told: nobody suppresses, and so it does not come to an end. */
export function stalledLoads(): AllocatorCase {
  const manner: LoadManner = 'declines';
  const about = 'frameworks that only decline';
  return {
    name: 'W6, stalling',
    processes: { [manner]: { kind: 'twoLoads', manner } },
    lines: [
      countLine(`W6, ${about}: tasks placed in 1,000 cycles`, [manner, 'tasks'], '', {
        beside: CPP.twoLoads.tasks,
      }),
      timeLine(`W6, ${about}: per cycle`, [manner, 'cycle'], { beside: CPP.twoLoads.cycle }),
    ],
  };
}

/** W7. */
export function roleBooks(scale: Scale): AllocatorCase {
  const agents = sized(scale, 10_000);
  const roles = sized(scale, 1_000);
  const sizes = `W7 ${size(agents, roles)} quota roles`;
  return {
    name: 'W7',
    processes: { all: { kind: 'roleBooks', agents, roles } },
    lines: [
      timeLine(`${sizes}: books of all roles`, ['all', 'roles']),
      timeLine(`${sizes}: the same as JSON`, ['all', 'roles as JSON'], {
        beside: CPP.roleBooks.snapshot,
      }),
      timeLine(`${sizes}: add agent`, ['all', 'add agent'], {
        unit: MICROS,
        beside: CPP.roleBooks.addAgent,
      }),
      countLine(`${sizes}: most resident`, ['all', 'most resident'], 'MB', {
        beside: CPP.roleBooks.memory,
      }),
    ],
  };
}
