import type { AppDefinition, PathId } from '../app/index.js';
import { verbOf, type Action, type ActionVerb } from '../deployment/index.js';
import { isHealthyAndReady, isPutAway, type Instance } from '../instance/index.js';
import { appVersionKey, type AppVersionKey } from '../turn/index.js';

/** The same as readers have it. */
export interface CommittedView {
  readonly root: { readonly apps: RunView['apps'] };
  readonly instances: RunView['instances'];
  readonly appVersions: { get(key: AppVersionKey): AppDefinition | undefined };
}

/** Apps and their instances, of a draft or as committed. */
export interface RunView {
  readonly apps: { get(id: PathId): AppDefinition | undefined };
  readonly instances: { by(index: string, key: string): readonly Instance[] };
  definitionOf(instance: Instance): AppDefinition | undefined;
}

export function runViewOf({ root, instances, appVersions }: CommittedView): RunView {
  return {
    apps: root.apps,
    instances,
    definitionOf: ({ appId, appVersion }) => appVersions.get(appVersionKey(appId, appVersion)),
  };
}

/** Whether what an action is for has come about (marathon-behaviour 1.4). */
export function isDone(view: RunView, action: Action): boolean {
  return isAt(view, action.app, verbOf(action));
}

/** The same of an app, by the verb of what is done to it. */
export function isAt(view: RunView, app: PathId, verb: ActionVerb): boolean {
  if (verb !== 'Start' && isUnderWay(view, app)) return false;
  // One that is replaced already because its host is lost keeps nothing waiting.
  const instances = view.instances
    .by('app', app)
    .filter((each) => each.condition !== 'UnreachableInactive' && !isOutOfTheWay(each));
  switch (verb) {
    case 'Start':
      return true;
    case 'Stop':
      return instances.length === 0;
    case 'Scale':
    case 'Restart': {
      const wanted = view.apps.get(app);
      if (wanted === undefined) return instances.length === 0;
      const config = wanted.versionInfo.lastConfigChangeAt;
      const serving = instances.filter(
        (i) =>
          i.goal === 'Running' &&
          i.configVersion === config &&
          isHealthyAndReady(i, view.definitionOf(i)),
      );
      return serving.length === wanted.instances && instances.length === wanted.instances;
    }
  }
}

/** Put away with its data; what cannot be reached counts as stopped (marathon-behaviour 1.4). */
function isOutOfTheWay(instance: Instance): boolean {
  const lost = instance.condition === 'Unreachable';
  return isPutAway(instance) || (instance.goal === 'Stopped' && lost);
}

/**
 * What is being started or stopped shows without a look at all that runs. Few are on their way at a
 * time, and thousands may wait.
 */
function isUnderWay({ instances }: RunView, app: PathId): boolean {
  const isOnItsWay = instances
    .by('restless', app)
    .some(
      (each) =>
        each.condition !== 'Running' &&
        each.condition !== 'UnreachableInactive' &&
        !isOutOfTheWay(each),
    );
  return isOnItsWay || instances.by('scheduled', app).some((each) => !isOutOfTheWay(each));
}
