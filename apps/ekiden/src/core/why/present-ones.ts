import type { AppDefinition } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import { appVersionKey, type StateView } from '../turn/index.js';

/**
 * Instances of an app that are live or to become so: also those of a new version beside the live
 * one. What is kept warm for an undo is neither missed nor in anybody's way.
 */
export function presentOnes({ instances }: StateView, { id }: Pick<AppDefinition, 'id'>) {
  const live = instances.by('app', id);
  if (instances.count('beside', id) === 0) return live;
  const coming = instances.by('beside', id).filter(({ generation }) => generation === 'preview');
  return [...live, ...coming];
}

/** What an instance was started from. */
export function definitionOf(
  { appVersions }: StateView,
  { appId, appVersion }: Instance,
): AppDefinition | undefined {
  return appVersions.get(appVersionKey(appId, appVersion));
}
