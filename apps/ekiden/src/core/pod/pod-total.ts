import type { AppDefinition, PodContainer } from '../app/index.js';

/** Sums of decimals have decimals that people expect: 0.1 + 0.2 is 0.3. */
const DECIMALS = 6;

/** What an instance takes of its host: all containers, and the executor that holds them. */
export function totalOf(
  containers: readonly Pick<PodContainer, 'resources'>[],
  executor: NonNullable<AppDefinition['executorResources']>,
): Pick<AppDefinition, 'cpus' | 'mem' | 'disk' | 'gpus'> {
  const sum = (name: 'cpus' | 'mem' | 'disk' | 'gpus', own: number): number =>
    Number(containers.reduce((all, { resources }) => all + resources[name], own).toFixed(DECIMALS));
  return {
    cpus: sum('cpus', executor.cpus),
    mem: sum('mem', executor.mem),
    disk: sum('disk', executor.disk),
    gpus: sum('gpus', 0),
  };
}
