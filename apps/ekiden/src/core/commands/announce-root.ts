import { formatTimestamp, type Millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { Rejection, TurnContext } from '../turn/index.js';

/** A change of the root, to tell of. */
export interface RootNotice {
  /** The group around what is changed; the root for changes of several things. */
  readonly groupId: PathId;
  readonly version: Millis;
}

export function announceAccepted({ draft }: TurnContext, { groupId, version }: RootNotice): void {
  draft.events.push({ type: 'group_change_success', groupId, version: formatTimestamp(version) });
}

export function announceRefused(
  { draft }: TurnContext,
  { groupId, version }: RootNotice,
  rejection: Rejection,
): void {
  draft.events.push({
    type: 'group_change_failed',
    groupId,
    version: formatTimestamp(version),
    reason: reasonOf(rejection),
  });
}

/** A refusal in one sentence. */
export function reasonOf(rejection: Rejection): string {
  switch (rejection.kind) {
    case 'invalid':
      return rejection.violations.map((v) => `${v.path}: ${v.message}`).join('; ');
    case 'locked':
      return `locked by ${rejection.deployments.join(', ')}`;
    case 'badRequest':
    case 'unprocessable':
    case 'notFound':
    case 'exists':
    case 'conflict':
    case 'moved':
    case 'quarantined':
    case 'unavailable':
      return rejection.message;
  }
}
