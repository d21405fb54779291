import type { RouteMode } from '../../../apps/ekiden/src/core/traffic/index.js';
import type { Benchmark, Case, Sample, Side } from '../benchmark.js';
import { p99Of, rateOf } from './load.js';
import { RouterStages, type Way } from './stage.js';

const MODES: readonly RouteMode[] = ['http', 'tcp'];

function sideOf(about: string, way: Way, mode: RouteMode): Side {
  return {
    about,
    run: async (): Promise<Sample> => {
      const before = way.cpuSeconds();
      const url = way.urlOf(mode);
      const measures = { rate: await rateOf(url), p99: await p99Of(url) };
      return { measures, cpuSeconds: way.cpuSeconds() - before };
    },
  };
}

function caseOf(mode: RouteMode, beside: string, reference: Way, subject: Way): Case {
  const config = `${mode}, beside ${beside}`;
  return {
    name: config,
    reference: sideOf(beside, reference, mode),
    subject: sideOf('the embedded router', subject, mode),
    rows: [
      { measure: 'rate', config, unit: 'requests/s' },
      { measure: 'p99', config, unit: 'ms' },
    ],
  };
}

export const router: Benchmark = {
  name: 'router',
  about: 'requests through the embedded router, beside none and beside HAProxy',
  goals: [],
  rounds: 5,
  async prepare() {
    const stages = await RouterStages.open();
    const { direct, embedded, haproxy } = stages;
    const cases = MODES.flatMap((mode) => [
      caseOf(mode, 'no router', direct, embedded),
      ...(haproxy === undefined ? [] : [caseOf(mode, 'HAProxy', haproxy, embedded)]),
    ]);
    return { cases, dispose: () => stages.close() };
  },
};
