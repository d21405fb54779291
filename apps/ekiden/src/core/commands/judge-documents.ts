import { runSteps, type Millis } from '@ekiden/kernel';
import type { RootChange } from '../turn/index.js';
import type { Violation } from '../violation.js';
import { buildPod } from '../pod/index.js';
import { appContext, buildApp, type Standing } from './build-app.js';
import { mergeGroup, type BrokenParts } from './merge-group.js';
import { judgeEntries } from './propose-apps.js';

/**
 * All that is wrong with documents that are refused anyway, for the shape of some of their parts:
 * the rules about single apps and groups, as far as what they read has the right shape. Nothing is
 * said about the tree that would come of it. `broken` names the fields, by document.
 */
export function judgeDocuments(
  standing: Standing,
  change: RootChange,
  given: { readonly broken: BrokenParts; readonly version: Millis; readonly force: boolean },
): readonly Violation[] {
  switch (change.kind) {
    case 'createApp': {
      const { id, app } = change;
      const broken = given.broken.get(app);
      const source = { ...given, id, wire: app, current: undefined, partial: false, broken };
      const built = buildApp(standing, source);
      return built.ok ? [] : built.error;
    }
    case 'upsertApps':
      return runSteps(judgeEntries(standing, change, given)).violations;
    case 'createGroup':
    case 'updateGroup': {
      // without an id nothing inside is where it belongs
      if (given.broken.get(change.group)?.has('id') === true) return [];
      const merged = runSteps(mergeGroup(standing, change, given));
      return merged.ok ? [] : merged.error;
    }
    case 'createPod':
    case 'updatePod': {
      const { id, pod } = change;
      const broken = given.broken.get(pod);
      const context = { ...appContext(standing, { ...given, id }), ...(broken && { broken }) };
      const built = buildPod(pod, standing.draft.apps.get(id), context);
      return built.ok ? [] : built.error;
    }
    case 'deletePod':
    case 'restartPod':
    case 'rollbackApp':
    case 'deleteApp':
    case 'restartApp':
    case 'scaleGroup':
    case 'restoreGroup':
    case 'deleteGroup':
      return [];
  }
}
