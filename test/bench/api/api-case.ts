import type { Case, RowPlan, Sample } from '../benchmark.js';
import { cpuSecondsOf } from '../machine/index.js';
import type { Stage } from './stage.js';

type Measures = Readonly<Record<string, number>>;

export interface ApiCasePlan {
  readonly name: string;
  readonly reference: { readonly about: string; readonly run: (stage: Stage) => Promise<Measures> };
  readonly subject: { readonly about: string; readonly run: (stage: Stage) => Promise<Measures> };
  readonly rows: readonly RowPlan[];
}

/** A case on the stage all of them share; CPU seconds are those of the server that is asked. */
export function apiCase(stage: Stage, { name, reference, subject, rows }: ApiCasePlan): Case {
  const timed = async (pid: () => number, run: () => Promise<Measures>): Promise<Sample> => {
    const before = cpuSecondsOf(pid());
    const measures = await run();
    return { measures, cpuSeconds: cpuSecondsOf(pid()) - before };
  };
  return {
    name,
    reference: {
      about: reference.about,
      run: () =>
        timed(
          () => stage.reference.pid,
          () => reference.run(stage),
        ),
    },
    subject: {
      about: subject.about,
      run: (how) =>
        stage.as(how, () =>
          timed(
            () => stage.service.pid,
            () => subject.run(stage),
          ),
        ),
    },
    rows,
  };
}
