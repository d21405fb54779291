import type { AppDefinition, PathId } from '../../../core/app/index.js';
import type { Instance } from '../../../core/instance/index.js';
import { readinessStatesOf } from '../../../core/health/index.js';
import { appVersionKey, type StateView } from '../../../core/turn/index.js';
import type { Shown, readinessResult } from '../../schemas/index.js';

export type ShownReadiness = Shown<typeof readinessResult>;

/** Rows that say how ready an app is, as they are at one moment. */
export interface ReadinessRows {
  /** None where no version of the app has readiness checks. */
  readonly instances: readonly Instance[];
  readonly checked: readonly AppDefinition[];
}

export function readinessRows(
  app: PathId,
  { instances, appVersions }: Pick<StateView, 'instances' | 'appVersions'>,
): ReadinessRows {
  const versions = appVersions.by('app', app);
  const checked = versions.filter(({ readinessChecks }) => readinessChecks.length > 0);
  return { checked, instances: checked.length > 0 ? instances.by('app', app) : [] };
}

export function readinessIn({ instances, checked }: ReadinessRows): readonly ShownReadiness[] {
  return presentReadiness(instances, ({ appVersion }) =>
    checked.find(({ version }) => version === appVersion),
  );
}

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
