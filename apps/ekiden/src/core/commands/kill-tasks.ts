import { isActive, isTerminal, type Instance } from '../instance/index.js';
import type { PathId } from '../app/index.js';
import type { Reply, TaskSelection, TurnContext } from '../turn/index.js';
import { adoptChanges, type ProposedChange } from './adopt-changes.js';
import { nextVersion } from './change-root.js';

export interface KillTasks {
  readonly tasks: TaskSelection;
  readonly scale: boolean;
  readonly wipe: boolean;
  readonly force: boolean;
}

/**
 * Kills tasks on request (marathon-behaviour 4.10). Plain: the same instances start again. With
 * `scale` the apps shrink by the addressed instances, as a deployment. With `wipe` the instances
 * are given up and replaced by new ones.
 */
export function killTasks(context: TurnContext, command: KillTasks): Reply {
  if (command.scale && command.wipe) {
    return { kind: 'badRequest', message: 'You cannot use scale and wipe at the same time.' };
  }
  const selected = select(context, command.tasks);
  if (!Array.isArray(selected)) return selected;
  const instances = selected as readonly Instance[];
  if (command.scale) return killAndScale(context, instances, command);
  for (const instance of instances) order(context, instance, command.wipe);
  return { kind: 'killed', instances };
}

function select(context: TurnContext, selection: TaskSelection): Instance[] | Reply {
  const { draft } = context;
  switch (selection.by) {
    case 'ids':
      return selection.ids.flatMap((id) => [...draft.instances.by('task', id)]);
    case 'app': {
      const { app, host } = selection;
      if (!draft.apps.has(app)) {
        return { kind: 'notFound', message: `App '${app}' does not exist` };
      }
      return draft.instances
        .by('app', app)
        .filter((i) => i.task !== undefined)
        .filter((i) => host === undefined || host === '*' || i.task?.host === host);
    }
    case 'appTask': {
      const { app, task } = selection;
      if (!draft.apps.has(app)) {
        return { kind: 'notFound', message: `App '${app}' does not exist` };
      }
      const found = draft.instances.by('task', task).filter((i) => i.appId === app);
      if (found.length === 0) {
        return { kind: 'notFound', message: `Task '${task}' does not exist` };
      }
      return found;
    }
  }
}

function order(context: TurnContext, instance: Instance, wipe: boolean): void {
  const { draft, now } = context;
  if (isTerminal(instance.condition)) return;
  draft.putInstance({
    ...instance,
    goal: wipe ? 'Decommissioned' : instance.goal,
    kill: instance.kill ?? { since: now, reason: 'userRequest' },
  });
}

function killAndScale(
  context: TurnContext,
  instances: readonly Instance[],
  command: KillTasks,
): Reply {
  const { draft } = context;
  const byApp = new Map<PathId, Instance[]>();
  for (const instance of instances) {
    const addressed = isActive(instance.condition) && instance.kill === undefined;
    if (!addressed || instance.goal !== 'Running') continue;
    const siblings = byApp.get(instance.appId);
    if (siblings === undefined) byApp.set(instance.appId, [instance]);
    else siblings.push(instance);
  }
  if (command.tasks.by === 'app' && draft.instances.by('app', command.tasks.app).length === 0) {
    return { kind: 'notFound', message: `Path '${command.tasks.app}' does not exist` };
  }
  const changes: ProposedChange[] = [];
  const sentenced: Record<string, readonly string[]> = {};
  for (const [id, victims] of byApp) {
    const before = draft.apps.get(id);
    if (before === undefined) continue;
    const left = Math.max(0, before.instances - victims.length);
    changes.push({ id, before, after: { ...before, instances: left } });
    sentenced[id] = victims.map((victim) => victim.id);
  }
  const version = nextVersion(context);
  const adopted = adoptChanges(context, { changes, version, force: command.force, sentenced });
  if (!adopted.ok) return adopted.error;
  return {
    kind: 'deployed',
    deploymentId: adopted.value.deploymentId,
    version,
    isNew: false,
  };
}
