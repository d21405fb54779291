import type { AppDefinition } from './app-definition.js';

/** What one instance takes from its host. */
export interface EffectiveResources {
  readonly cpus: number;
  /** MiB */
  readonly mem: number;
  /** MiB of the sandbox; persistent volumes come on top. */
  readonly disk: number;
  readonly gpus: number;
  /** What a task may use at most; the request itself where the app sets no limit. */
  readonly limits: {
    readonly cpus: number | 'unlimited';
    readonly mem: number | 'unlimited';
  };
}

/**
 * The resources of one instance. `executorResources` are stored and shown but not added: commands
 * run without an executor process of their own.
 */
export function effectiveResources(
  app: Pick<AppDefinition, 'cpus' | 'mem' | 'disk' | 'gpus' | 'resourceLimits'>,
): EffectiveResources {
  const { cpus, mem, disk, gpus, resourceLimits } = app;
  return {
    cpus,
    mem,
    disk,
    gpus,
    limits: { cpus: resourceLimits?.cpus ?? cpus, mem: resourceLimits?.mem ?? mem },
  };
}
