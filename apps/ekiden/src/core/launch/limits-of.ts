import type { TaskSpec } from '@ekiden/host';
import { toMilli } from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';

export function limitsOf({
  resourceLimits,
}: Pick<AppDefinition, 'resourceLimits'>): Pick<TaskSpec, 'limits'> {
  if (resourceLimits === undefined) return {};
  const { cpus, mem } = resourceLimits;
  return {
    limits: {
      ...(typeof cpus === 'number' ? { cpus: toMilli(cpus) } : {}),
      ...(mem === undefined ? {} : { mem: mem === 'unlimited' ? mem : toMilli(mem) }),
    },
  };
}
