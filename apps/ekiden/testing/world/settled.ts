import { isTerminalTaskState, millis, seconds, type Millis } from '@ekiden/kernel';
import { claimOf, generationBeside, type Deployment } from '../../src/core/deployment/index.js';
import { isPutAway } from '../../src/core/instance/index.js';
import type { ApiCommand, DeploymentOrder, StateView } from '../../src/core/turn/index.js';
import type { SimulatedHost } from './simulated-host.js';

const HEAL_WITHIN = seconds(400);
/** What is queued goes one after another, each with its own pauses and gates. */
const HEAL_PER_QUEUED = seconds(200);

/** Virtual time within which a healed world must have come to rest. */
export function healsWithin({ deployments }: StateView): Millis {
  const queued = deployments.by('status', 'queued').length;
  return millis(HEAL_WITHIN + queued * HEAL_PER_QUEUED);
}

/**
 * What people have to say in a healed world, where nobody keeps anything waiting; `said` are the
 * ids of deployments that something is said of already.
 */
export function wordsFor(
  { deployments }: StateView,
  said: ReadonlySet<string>,
): readonly ApiCommand[] {
  const open = (['running', 'queued'] as const).flatMap((one) => deployments.by('status', one));
  return open.flatMap((one) => {
    if (said.has(one.id)) return [];
    // Some wait for a gate that nobody has opened in time.
    if (one.paused !== undefined) return [word(one, 'promote'), word(one, 'resume')];
    return waitsLong(one) ? [word(one, 'promote')] : [];
  });
}

function word({ id }: Deployment, order: DeploymentOrder): ApiCommand {
  return { kind: 'tendDeployment', id, order };
}

/** For somebody who promotes it, by settings that nobody wrote: those of a strategy of one write. */
function waitsLong({ plan, rollouts = [] }: Deployment): boolean {
  return rollouts.some(({ phase, stepSince, promoteAsked }, index) => {
    const { promotionDeadlineSeconds: limit = 0 } =
      plan.rollouts?.[index]?.settings.blueGreen ?? {};
    const waits =
      phase === 'awaitingPromotion' || (phase === 'starting' && stepSince !== undefined);
    return waits && promoteAsked === undefined && seconds(limit) > HEAL_WITHIN;
  });
}

/** What a healed world still lacks: every wish fulfilled, and nothing else left running. */
export function missingAfterHeal(
  view: StateView,
  hosts: readonly SimulatedHost[],
): readonly string[] {
  const running = view.deployments.by('status', 'running');
  const queued = view.deployments.by('status', 'queued');
  return [
    ...queued.map(({ id }) => `deployment ${id} is still queued`),
    ...running.map(({ id, step }) => `deployment ${id} is still at step ${step}`),
    ...missingInstances(view),
    ...strangeInstances(view),
    ...missingTasks(view, hosts),
    ...unfinishedWipes(view),
  ];
}

function missingInstances(view: StateView): readonly string[] {
  const missing: string[] = [];
  for (const app of view.root.apps.values()) {
    const instances = view.instances.by('app', app.id).filter((one) => !isPutAway(one));
    const right = instances.filter(
      (i) =>
        i.goal === 'Running' &&
        i.condition === 'Running' &&
        i.kill === undefined &&
        i.configVersion === app.versionInfo.lastConfigChangeAt,
    );
    if (right.length === app.instances && instances.length === app.instances) continue;
    const seen = instances.map((i) => `${i.condition}/${i.goal}`).join(' ');
    missing.push(`${app.id} wants ${app.instances}, has ${right.length} right of [${seen}]`);
  }
  return missing;
}

function strangeInstances(view: StateView): readonly string[] {
  const found: string[] = [];
  for (const instance of view.instances.values()) {
    const claim = claimOf(view.deployments, instance.appId);
    const kept = claim && generationBeside(claim.progress);
    if (instance.generation !== undefined && instance.generation !== kept) {
      found.push(`${instance.id} (${instance.generation}) is left over`);
    }
    const spec = view.root.apps.get(instance.appId);
    if (spec === undefined) found.push(`${instance.id} has no app`);
    if (isPutAway(instance)) continue;
    if (instance.condition === 'Scheduled') found.push(`${instance.id} waits in the queue`);
  }
  return found;
}

function missingTasks(view: StateView, hosts: readonly SimulatedHost[]): readonly string[] {
  const missing: string[] = [];
  const owned = new Set([...view.instances.values()].flatMap(({ task }) => task?.id ?? []));
  for (const host of hosts) {
    const running = new Set(host.running());
    for (const task of running) if (!owned.has(task)) missing.push(`${host.id} runs ${task} alone`);
    for (const { task, appId } of view.instances.values()) {
      const here = task?.agentId === host.id && !isTerminalTaskState(task.state);
      if (here && !running.has(task.id)) {
        missing.push(`${task.id} of ${appId} is not on ${host.id}`);
      }
    }
  }
  return missing;
}

function unfinishedWipes(view: StateView): readonly string[] {
  return [...view.volumes.values()].flatMap(({ id, wipe }) =>
    wipe === undefined ? [] : [`${id} is still to be wiped`],
  );
}
