import {
  countLine,
  microsLine,
  size,
  sized,
  timeLine,
  type AllocatorCase,
  type Scale,
} from '../allocator-case.js';
import { CPP, CPP_ARITHMETIC } from '../cpp-figures.js';

/** W2: agents and frameworks come. */
export function adding(scale: Scale): AllocatorCase {
  const agents = sized(scale, 10_000);
  const frameworks = sized(scale, 1_000);
  const fewer = sized(scale, 200);
  const sizes = `W2 ${size(agents, frameworks)}`;
  return {
    name: 'W2',
    processes: {
      frameworks: { kind: 'adding', first: 'frameworks', agents, frameworks },
      agents: { kind: 'adding', first: 'agents', agents, frameworks: fewer },
    },
    lines: [
      microsLine(`${sizes}: add an agent with used resources`, ['frameworks', 'add agent'], {
        goal: 'allocatorAddAgent',
        beside: CPP.addAgent,
      }),
      microsLine(
        `W2 ${size(agents, fewer)}, agents first: add a framework`,
        ['agents', 'add framework'],
        { goal: 'allocatorAddFramework', beside: CPP.addFrameworkToAgents },
      ),
      microsLine(`${sizes}: update an agent`, ['frameworks', 'update agent'], {
        beside: CPP.updateAgent,
      }),
      microsLine(`${sizes}: add a framework before all agents`, ['frameworks', 'add framework'], {
        beside: CPP.addFramework,
      }),
      timeLine(`W2 ${size(agents, fewer)}, agents first: the first framework, offered all`, [
        'agents',
        'add first framework',
      ]),
      countLine(`${sizes}: offers of added agents`, ['frameworks', 'offers'], ''),
      countLine(`${sizes}: offers of updates`, ['frameworks', 'offers of updates'], ''),
    ],
  };
}

/** W3. */
export function suppressing(scale: Scale): AllocatorCase {
  const agents = sized(scale, 10_000);
  const frameworks = sized(scale, 1_000);
  const sizes = `W3 ${size(agents, frameworks)}`;
  const shares = [20, 60, 100, 99] as const;
  return {
    name: 'W3',
    processes: { all: { kind: 'suppressing', agents, frameworks } },
    lines: [
      ...shares.map((share) => {
        const measure = `cycle, ${share} % suppressed`;
        return timeLine(`${sizes}: ${measure}`, ['all', measure], {
          beside: CPP.suppressed[share],
        });
      }),
      microsLine(`${sizes}: suppress a framework`, ['all', 'suppress'], { beside: CPP.suppress }),
    ],
  };
}

/** W8. */
export function reviving(scale: Scale): AllocatorCase {
  const agents = sized(scale, 10_000);
  const frameworks = sized(scale, 1_000);
  const sizes = `W8 ${size(agents, frameworks)}`;
  return {
    name: 'W8',
    processes: { all: { kind: 'reviving', agents, frameworks } },
    lines: [
      microsLine(
        `${sizes}: revive a framework, all in one turn`,
        ['all', 'revive, all in one turn'],
        { beside: CPP.revive },
      ),
      microsLine(`${sizes}: revive a framework, a turn each`, ['all', 'revive, a turn each'], {
        beside: CPP.revive,
      }),
      microsLine(`${sizes}: add an agent without used resources`, ['all', 'add agent'], {
        beside: CPP.addUnusedAgent,
      }),
    ],
  };
}

/** W12. */
export function reserving(scale: Scale): AllocatorCase {
  const roles = sized(scale, 200);
  const about = `W12, an agent with ${4 * roles} reservations`;
  return {
    name: 'W12',
    processes: { all: { kind: 'reserving', roles } },
    lines: [
      timeLine(`${about}: RESERVE`, ['all', 'reserve'], { beside: CPP.reserve }),
      timeLine(`${about}: UNRESERVE`, ['all', 'unreserve'], { beside: CPP.unreserve }),
    ],
  };
}

/** W13. */
export function sorting(scale: Scale): AllocatorCase {
  const agents = sized(scale, 10_000);
  const clients = sized(scale, 1_000);
  const sizes = `W13 ${size(agents, clients)} clients`;
  return {
    name: 'W13',
    processes: { all: { kind: 'sorting', agents, clients } },
    lines: [
      timeLine(`${sizes}: sort`, ['all', 'sort'], { beside: CPP.sorter.full }),
      timeLine(`${sizes}: sort again, nothing changed`, ['all', 'sort again'], {
        beside: CPP.sorter.unchanged,
      }),
      microsLine(`${sizes}: allocate`, ['all', 'allocate'], { beside: CPP.sorter.allocated }),
      microsLine(`${sizes}: recover`, ['all', 'recover'], { beside: CPP.sorter.unallocated }),
    ],
  };
}

/** W14. */
export function arithmetic(): AllocatorCase {
  return {
    name: 'W14',
    processes: { all: { kind: 'arithmetic' } },
    lines: Object.entries(CPP_ARITHMETIC).map(([operation, beside]) =>
      microsLine(`W14 ${operation}`, ['all', operation], { beside }),
    ),
  };
}
