import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '@ekiden/kernel';
import type { Benchmark, BenchmarkSetting, Case, RowPlan, RunHow, Sample } from '../benchmark.js';
import { calibrate } from '../machine/index.js';
import type { AllocatorCase, Line, Of } from './allocator-case.js';
import { allCases } from './cases/index.js';
import type { Answer } from './messages.js';
import type { WorkloadSpec } from './specs.js';
import { WorkloadProcess } from './workload-process.js';
import { Yardstick } from './yardstick.js';

const PROFILED_ROUNDS = 2;

const QUICK = 0.2;

/**
 * 1a to 1k: the allocator alone, on the workloads of Mesos's own benchmarks, beside what its C++
 * allocator takes, and beside a plain one in the same run.
 */
export const allocator: Benchmark = {
  name: 'allocator',
  about: "CPU of the allocator on Mesos's benchmark workloads, beside its C++ allocator's figures",
  goals: [
    'allocatorCycle10k',
    'allocatorCycle50k',
    'allocatorFiltered',
    'allocatorIdle',
    'allocatorQuotaFirst',
    'allocatorQuotaEmpty',
    'allocatorQuotaMemory',
    'allocatorGrowth',
    'allocatorFreed',
    'allocatorDecline',
    'allocatorAddAgent',
    'allocatorAddFramework',
    'allocatorShared',
    'allocatorFragmented',
    'allocatorTwoLoads',
    'allocatorTwoLoadsTasks',
  ],
  rounds: 5,
  prepare(setting) {
    const processes = new Processes();
    const yardstick = new Yardstick(calibrate);
    const scale = { share: setting.quick ? QUICK : 1, long: setting.long };
    const cases = allCases(scale).map((one) => caseOf(one, setting, processes, yardstick));
    return Promise.resolve({ cases, dispose: () => processes.end() });
  },
};

function caseOf(
  one: AllocatorCase,
  { quick }: BenchmarkSetting,
  processes: Processes,
  yardstick: Yardstick,
): Case {
  const { name, plain } = one;
  const specs = Object.entries(one.processes);
  return {
    name,
    reference: {
      about: plain === undefined ? 'C++ figures' : 'a plain allocator, and C++ figures',
      run: async () => {
        await processes.enter(name);
        const own = plain === undefined ? [] : [['plain', plain] as const];
        const factor = yardstick.factor();
        return sampleOf(one.lines, await processes.rounds(own), factor, (line, of) =>
          referenceOf(line, of, quick),
        );
      },
    },
    subject: {
      about: 'this allocator',
      run: async (how) => {
        await processes.enter(name);
        if (how.profileInto !== undefined) return processes.profile(specs, how);
        const factor = yardstick.factor();
        return sampleOf(one.lines, await processes.rounds(specs), factor, (line, of) =>
          line.value(of),
        );
      },
    },
    rows: one.lines.map((line): RowPlan => {
      const { about, unit, goal, beside } = line;
      const table = beside !== undefined && 'table' in beside && !quick;
      const config = table ? `${about} (C++: ${beside.table})` : about;
      const plan = { measure: about, config, unit };
      return goal === undefined || quick ? plan : { ...plan, goal };
    }),
  };
}

/** Nothing of quick sizes is comparable with recorded figures. */
function referenceOf({ beside }: Line, of: Of, quick: boolean): number | undefined {
  if (beside === undefined) return undefined;
  if ('plain' in beside) return of('plain', beside.plain);
  return quick ? undefined : beside.value;
}

function sampleOf(
  lines: readonly Line[],
  answers: ReadonlyMap<string, Answer>,
  factor: number,
  valueOf: (line: Line, of: Of) => number | undefined,
): Sample {
  const of: Of = (process, measure) => {
    const { times, counts } = present(answers.get(process), process).measures;
    const time = times[measure];
    return time === undefined ? present(counts[measure], measure) : time * factor;
  };
  const measures = lines.flatMap((line) => {
    const value = valueOf(line, of);
    return value === undefined ? [] : [[line.about, value] as const];
  });
  const cpuSeconds = [...answers.values()].reduce((sum, answer) => sum + answer.cpuSeconds, 0);
  return { measures: Object.fromEntries(measures), cpuSeconds };
}

type Specs = readonly (readonly [name: string, spec: WorkloadSpec])[];

/** The processes of one case at a time, started when they are first needed. */
class Processes {
  private current: string | undefined;
  private readonly running = new Map<string, WorkloadProcess>();

  async enter(name: string): Promise<void> {
    if (this.current === name) return;
    await this.end();
    this.current = name;
  }

  /** One after the other: two at once would disturb each other. */
  async rounds(specs: Specs): Promise<ReadonlyMap<string, Answer>> {
    const answers = new Map<string, Answer>();
    for (const [name, spec] of specs) {
      answers.set(name, await (await this.process(name, spec)).round());
    }
    return answers;
  }

  async profile(specs: Specs, { profileInto = '' }: RunHow): Promise<Sample> {
    mkdirSync(profileInto, { recursive: true });
    for (const [name, spec] of specs) {
      const process = await this.process(name, spec);
      await process.profile(join(profileInto, `${name}.cpuprofile`), PROFILED_ROUNDS);
    }
    return { measures: {}, cpuSeconds: 0 };
  }

  async end(): Promise<void> {
    const all = [...this.running.values()];
    this.running.clear();
    await Promise.all(all.map((process) => process.end()));
  }

  private async process(name: string, spec: WorkloadSpec): Promise<WorkloadProcess> {
    const known = this.running.get(name);
    if (known !== undefined) return known;
    const started = await WorkloadProcess.start(spec);
    this.running.set(name, started);
    return started;
  }
}
