import type { Steps } from '@ekiden/kernel';
import { isActive, isTerminal, type Instance, type InstanceId } from '../instance/index.js';
import { ROOT_ID, isPod, type PathId } from '../app/index.js';
import type { Origin, Reply, TaskSelection, TurnContext } from '../turn/index.js';
import { orderWipe } from '../reconcile/index.js';
import { adoptChanges, type ProposedChange } from './adopt-changes.js';
import { announceAccepted, announceRefused } from './announce-root.js';
import { nextVersion } from './change-root.js';

export interface KillTasks {
  readonly tasks: TaskSelection;
  readonly scale: boolean;
  readonly wipe: boolean;
  readonly force: boolean;
  readonly origin?: Origin;
}

/**
 * Kills tasks on request (marathon-behaviour 4.10). Plain: the same instances start again. With
 * `scale` the apps shrink by the addressed instances, as a deployment. With `wipe` the instances
 * are given up and replaced by new ones. Of a pod, whole instances are killed.
 */
export function* killTasks(context: TurnContext, command: KillTasks): Steps<Reply> {
  if (command.scale && command.wipe) {
    return { kind: 'badRequest', message: 'You cannot use scale and wipe at the same time.' };
  }
  const selected = select(context, command.tasks);
  if ('kind' in selected) return selected;
  const instances = selected;
  if (command.scale) return yield* killAndScale(context, instances, command);
  for (const instance of instances) order(context, instance, command);
  return { kind: 'killed', instances };
}

function select(context: TurnContext, selection: TaskSelection): readonly Instance[] | Reply {
  const { draft } = context;
  switch (selection.by) {
    case 'ids':
      return [...new Set(selection.ids)]
        .flatMap((id) => [...draft.instances.by('task', id)])
        .filter((instance) => !isOfPod(context, instance));
    case 'app': {
      const { app, host } = selection;
      if (!isApp(context, app)) {
        return { kind: 'notFound', message: `App '${app}' does not exist` };
      }
      return draft.instances
        .by('app', app)
        .filter((i) => i.task !== undefined)
        .filter((i) => host === undefined || host === '*' || i.task?.host === host);
    }
    case 'appTask': {
      const { app, task } = selection;
      if (!isApp(context, app)) {
        return { kind: 'notFound', message: `App '${app}' does not exist` };
      }
      const found = draft.instances.by('task', task).filter((i) => i.appId === app);
      if (found.length === 0) {
        return { kind: 'notFound', message: `Task '${task}' does not exist` };
      }
      return found;
    }
    case 'instance': {
      const found = instancesOfPod(context, selection.pod, [selection.id]);
      const message = `Task '${selection.id}' does not exist`;
      return found.length === 0 ? { kind: 'notFound', message } : found;
    }
    case 'instances': {
      const spec = draft.apps.get(selection.pod);
      if (spec === undefined || !isPod(spec)) {
        return { kind: 'notFound', message: `Path '${selection.pod}' does not exist` };
      }
      return instancesOfPod(context, selection.pod, selection.ids);
    }
  }
}

function isApp({ draft }: TurnContext, id: PathId): boolean {
  const spec = draft.apps.get(id);
  return spec !== undefined && !isPod(spec);
}

function isOfPod({ draft }: TurnContext, instance: Instance): boolean {
  const definition = draft.definitionOf(instance);
  return definition !== undefined && isPod(definition);
}

function instancesOfPod(
  context: TurnContext,
  pod: PathId,
  ids: readonly InstanceId[],
): readonly Instance[] {
  return [...new Set(ids)].flatMap((id) => {
    const instance = context.draft.instances.get(id);
    return instance?.appId === pod && isOfPod(context, instance) ? [instance] : [];
  });
}

function order(
  context: TurnContext,
  instance: Instance,
  { origin, wipe }: Pick<KillTasks, 'origin' | 'wipe'>,
): void {
  const { draft, now } = context;
  const { reservation } = instance;
  if (wipe && reservation !== undefined) {
    orderWipe(context, reservation.id, 'wiped');
    // One that is put away has no task to end first (VOL-11).
    if (isTerminal(instance.condition)) draft.putInstance({ ...instance, goal: 'Decommissioned' });
  }
  if (isTerminal(instance.condition)) return;
  if (instance.condition === 'Scheduled') {
    // There is no task to kill; given up, another one waits in its place.
    if (wipe) draft.putInstance({ ...instance, goal: 'Decommissioned' });
    return;
  }
  const detail = origin === undefined ? {} : { detail: `${origin.clientIp}, ${origin.uri}` };
  draft.putInstance({
    ...instance,
    goal: wipe ? 'Decommissioned' : instance.goal,
    kill: instance.kill ?? { since: now, reason: 'userRequest', ...detail },
  });
}

function* killAndScale(
  context: TurnContext,
  instances: readonly Instance[],
  command: KillTasks,
): Steps<Reply> {
  const { draft } = context;
  const byApp = new Map<PathId, Instance[]>();
  for (const instance of instances) {
    const addressed = isActive(instance.condition) && instance.kill === undefined;
    const isCounted = instance.goal === 'Running' && instance.generation === undefined;
    if (!addressed || !isCounted) continue;
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
  const notice = { groupId: ROOT_ID, version };
  const adopted = yield* adoptChanges(context, {
    changes,
    version,
    force: command.force,
    sentenced,
    accepted: () => announceAccepted(context, notice),
  });
  if (!adopted.ok) {
    announceRefused(context, notice, adopted.error);
    return adopted.error;
  }
  return {
    kind: 'deployed',
    deploymentId: adopted.value.deploymentId,
    version,
    isNew: false,
  };
}
