import type { AppDefinition } from '../../../core/app/index.js';
import type { Instance } from '../../../core/instance/index.js';
import { readinessStatesOf } from '../../../core/health/index.js';
import { appVersionKey, type StateView } from '../../../core/turn/index.js';
import type { Shown, readinessResult } from '../../schemas/index.js';

export type ShownReadiness = Shown<typeof readinessResult>;

/** What the readiness checks of running tasks have shown last (marathon-api 5.6). */
export function presentReadiness(
  instances: readonly Instance[],
  definitionOf: (instance: Instance) => AppDefinition | undefined,
): readonly ShownReadiness[] {
  return instances.flatMap((instance) => {
    const { task } = instance;
    const app = definitionOf(instance);
    if (task === undefined || app === undefined || instance.condition !== 'Running') return [];
    const states = readinessStatesOf(task.readiness, app);
    return app.readinessChecks.map(({ name }, index): ShownReadiness => {
      return { name, taskId: task.id, ready: false, ...states[index] };
    });
  });
}

/** Finds the definition that an instance was launched from. */
export function definitionIn({ appVersions }: Pick<StateView, 'appVersions'>) {
  return ({ appId, appVersion }: Instance): AppDefinition | undefined =>
    appVersions.get(appVersionKey(appId, appVersion));
}
