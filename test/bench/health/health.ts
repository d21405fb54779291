import type { Benchmark } from '../benchmark.js';
import { probeNaively } from './naive.js';
import { sample } from './sampling.js';
import { probeScheduled } from './scheduled.js';
import { startTargets } from './targets.js';

/** Web servers that the checked tasks share. */
const SERVERS = 100;

/** Every check is sent so often in a round. */
const INTERVALS = 2;

/** 10a: ten thousand HTTP checks every ten seconds, of web servers in another process. */
export const health: Benchmark = {
  name: 'health',
  about: 'HTTP checks of 10,000 tasks every 10 s, from one process',
  goals: ['healthLateness'],
  rounds: 5,
  async prepare({ quick }) {
    const checks = quick ? 1_000 : 10_000;
    const intervalMs = quick ? 2_000 : 10_000;
    const targets = await startTargets(SERVERS);
    const plan = { ports: targets.ports, checks, intervalMs };
    const forMs = INTERVALS * intervalMs;
    const config = `${checks} checks, every ${intervalMs / 1_000} s`;
    return {
      cases: [
        {
          name: 'health checks',
          reference: {
            about: 'a setInterval per check, and http.get',
            run: () => sample((notes) => probeNaively(plan, notes), forMs),
          },
          subject: {
            about: "the service's scheduler and prober",
            run: () => sample((notes) => probeScheduled(plan, notes), forMs),
          },
          rows: [
            {
              measure: 'p99',
              config: `${config}: lateness, p99`,
              unit: 'ms',
              goal: 'healthLateness' as const,
            },
            { measure: 'p50', config: `${config}: lateness, median`, unit: 'ms' },
            { measure: 'most', config: `${config}: lateness, most`, unit: 'ms' },
            { measure: 'rate', config: `${config}: checks sent`, unit: '/s' },
            { measure: 'ill', config: `${config}: not answered well`, unit: 'checks' },
            { measure: 'cpu', config: `${config}: CPU of the process`, unit: '%' },
            { measure: 'loop', config: `${config}: delay of the event loop, p99`, unit: 'ms' },
          ],
        },
      ],
      dispose: () => targets.dispose(),
    };
  },
};
