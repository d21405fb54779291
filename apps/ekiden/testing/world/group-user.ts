import type { Chance } from '@ekiden/kernel';
import { pick, pickWeighted } from '@ekiden/testkit';
import {
  isBelow,
  isPod,
  isResident,
  type PathId,
  type RolloutWire,
} from '../../src/core/app/index.js';
import type { RootChange, StateView } from '../../src/core/turn/index.js';
import type { AppWishes } from './app-wishes.js';
import { randomRollout } from './rollout-user.js';

const GROUP_IDS = ['/shop', '/batch'] as readonly string[] as readonly [PathId, ...PathId[]];

/** Somebody who thinks of groups: says how one is rolled out, and releases much of it at once. */
export class GroupUser {
  private readonly chance: Chance;
  private readonly wishes: AppWishes;

  constructor(chance: Chance, wishes: AppWishes) {
    this.chance = chance;
    this.wishes = wishes;
  }

  next(view: StateView): RootChange | undefined {
    const { chance } = this;
    const id = pick(chance, GROUP_IDS);
    switch (pickWeighted(chance, { remove: 1, shrink: 1, connect: 1, govern: 3, release: 5 })) {
      case 'remove':
        return { kind: 'deleteGroup', id };
      case 'shrink':
        // Never more: what fits must go on fitting.
        return { kind: 'scaleGroup', id, by: 0.5 };
      case 'connect': {
        const others = GROUP_IDS.filter((each) => each !== id);
        const dependencies = chance.int(2) === 0 ? others : [];
        return { kind: 'updateGroup', id, group: { dependencies } };
      }
      case 'govern':
        return { kind: 'updateGroup', id, group: { rollout: randomRollout(chance) } };
      case 'release':
        return this.release(id, view);
    }
  }

  /** New editions of most apps of a group; nearly all of them go by what the group says. */
  private release(id: PathId, view: StateView): RootChange | undefined {
    const { chance, wishes } = this;
    const apps = [...view.root.apps.values()].filter((app) => isBelow(app.id, id) && !isPod(app));
    const chosen = apps.filter(() => chance.int(4) > 0).sort((a, b) => (a.id < b.id ? -1 : 1));
    const entries = chosen.map((app) => {
      const rollout = isResident(app) ? {} : { rollout: this.rolloutInGroup() };
      return { id: app.id, app: { ...wishes.command(), ...rollout } };
    });
    if (entries.length === 0) return undefined;
    return { kind: 'upsertApps', entries, partial: true, mustExist: false };
  }

  private rolloutInGroup(): RolloutWire | null {
    return this.chance.int(5) === 0 ? { twin: false } : null;
  }
}
