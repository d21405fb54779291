import { err, ok, type Result, type Steps } from '@ekiden/kernel';
import {
  changeInstance,
  isActive,
  isTerminal,
  type Instance,
  type InstanceId,
} from '../instance/index.js';
import { ROOT_ID, isPod, type PathId } from '../app/index.js';
import type { ApiCommand, Rejection, Reply, TaskSelection, TurnContext } from '../turn/index.js';
import { orderWipe } from '../reconcile/index.js';
import { adoptChanges, type Adoption, type ProposedChange } from './adopt-changes.js';
import { announceAccepted, announceRefused } from './announce-root.js';
import { nextVersion, planOnly, withoutDeployment } from './change-root.js';

export type KillTasks = Omit<Extract<ApiCommand, { readonly kind: 'killTasks' }>, 'kind'> & {
  /** Of the queued deployment that it is; absent = a new one. */
  readonly id?: string;
};

/**
 * Kills tasks on request (marathon-behaviour 4.10). Plain: the same instances start again. With
 * `scale` the apps shrink by the addressed instances, as a deployment. With `wipe` the instances
 * are given up and replaced by new ones. Of a pod, whole instances are killed.
 */
export function* killTasks(context: TurnContext, command: KillTasks): Steps<Reply> {
  if (command.scale && command.wipe) {
    return { kind: 'badRequest', message: 'You cannot use scale and wipe at the same time.' };
  }
  if (command.dryRun === true && !command.scale) {
    return { kind: 'badRequest', message: 'Only a kill with scale=true has a plan to look at.' };
  }
  if (command.scale) return yield* killAndScale(context, command);
  const instances = select(context, command.tasks);
  if ('kind' in instances) return instances;
  for (const instance of instances) order(context, instance, command);
  return { kind: 'killed', instances };
}

function select(context: TurnContext, selection: TaskSelection): readonly Instance[] | Rejection {
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
  draft.putInstance(
    changeInstance(instance, {
      goal: wipe ? 'Decommissioned' : instance.goal,
      kill: instance.kill ?? { since: now, reason: 'userRequest', ...detail },
    }),
  );
}

function* killAndScale(context: TurnContext, command: KillTasks): Steps<Reply> {
  const { tasks, origin, id } = command;
  const wanted = scalingBy(context, tasks, command.force);
  if (!wanted.ok) return wanted.error;
  const { version } = wanted.value;
  if (command.dryRun === true) return yield* planOnly(context, wanted.value);
  const write = { kind: 'killTasks', tasks, ...(origin && { origin }) } as const;
  const notice = { groupId: ROOT_ID, version };
  const adopted = yield* adoptChanges(context, {
    ...wanted.value,
    ...(id && { id }),
    ...(command.queue === true && { queue: write }),
    accepted: () => announceAccepted(context, notice),
  });
  if (!adopted.ok) {
    announceRefused(context, notice, adopted.error);
    return adopted.error;
  }
  const { deploymentId } = adopted.value;
  const later = withoutDeployment(adopted.value);
  return later ?? { kind: 'deployed', deploymentId, version, isNew: false };
}

/** What killing these tasks and doing without them comes to. */
export function scalingBy(
  context: TurnContext,
  tasks: TaskSelection,
  force: boolean,
): Result<Adoption, Rejection> {
  const { draft } = context;
  const instances = select(context, tasks);
  if ('kind' in instances) return err(instances);
  const byApp = new Map<PathId, Instance[]>();
  for (const instance of instances) {
    const addressed = isActive(instance.condition) && instance.kill === undefined;
    const isCounted = instance.goal === 'Running' && instance.generation === undefined;
    if (!addressed || !isCounted) continue;
    const siblings = byApp.get(instance.appId);
    if (siblings === undefined) byApp.set(instance.appId, [instance]);
    else siblings.push(instance);
  }
  if (tasks.by === 'app' && draft.instances.by('app', tasks.app).length === 0) {
    return err({ kind: 'notFound', message: `Path '${tasks.app}' does not exist` });
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
  return ok({ changes, version: nextVersion(context), force, sentenced });
}
