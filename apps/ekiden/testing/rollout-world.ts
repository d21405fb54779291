import type { TaskSpec } from '@ekiden/host';
import type { TaskId } from '@ekiden/kernel';
import type { PathId, Rollout } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import type { Deployment } from '../src/core/deployment/index.js';
import type { Instance } from '../src/core/instance/index.js';
import type { Reply } from '../src/core/turn/index.js';
import { GroupWorld, accepted } from './group-world.js';

/** A group world with a `rollout` on a group, and a record of what was launched and killed. */
export class RolloutWorld extends GroupWorld {
  /** For behaviours: whether what failed does not any more. */
  healed = false;

  /** Whether an instance has the configuration that its app has by now, and had another before. */
  isNew(app: string, id: string): boolean {
    const definition = this.state.rows.apps.get(app as PathId);
    const instance = this.instances(app).find((one) => one.id === id);
    if (definition === undefined || instance === undefined) return false;
    const { lastConfigChangeAt } = definition.versionInfo;
    return instance.createdAt < lastConfigChangeAt && instance.configVersion === lastConfigChangeAt;
  }

  setRollout(group: string, rollout: Partial<Rollout>): void {
    const id = group as PathId;
    const known = this.state.rows.groups.get(id) ?? { id, dependencies: [], enforceRole: false };
    this.state.rows.groups.put(id, { ...known, rollout: sampleRollout(rollout) });
  }

  deployment(reply: Reply): Deployment {
    const found = this.state.rows.deployments.get(accepted(reply).deploymentId);
    if (found === undefined) throw new Error('the deployment is not kept');
    return found;
  }

  deploymentOf(id: string): Deployment {
    const found = this.state.rows.deployments.get(id);
    if (found === undefined) throw new Error(`no deployment ${id}`);
    return found;
  }

  inSlot(app: string, slot: number): Instance {
    const found = this.instances(app).filter((one) => one.slot === slot);
    if (found.length !== 1) throw new Error(`${found.length} instances in slot ${slot} of ${app}`);
    return found[0] as Instance;
  }

  /** `kill 2`, `launch 2 sleep 200`: what was asked of hosts, by slots and commands. */
  get done(): string[] {
    return this.performed.flatMap((effect) => {
      if (effect.kind === 'launch') {
        const { command, env } = effect.info as TaskSpec;
        const words = command === null ? '' : String(command.value);
        return [`launch ${env.EKIDEN_SLOT ?? '-'} ${words}`];
      }
      if (effect.kind !== 'kill') return [];
      return [`kill ${this.slots.get(effect.taskId) ?? '-'}`];
    });
  }

  /** Slots of all tasks that were launched. */
  private get slots(): ReadonlyMap<TaskId, string> {
    const found = new Map<TaskId, string>();
    for (const effect of this.performed) {
      if (effect.kind !== 'launch') continue;
      const slot = (effect.info as TaskSpec).env.EKIDEN_SLOT;
      if (slot !== undefined) found.set(effect.taskId, slot);
    }
    return found;
  }
}
