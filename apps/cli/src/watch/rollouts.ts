import type { DeploymentDetails, Rollout, Traffic } from '../client/index.js';
import { isSwitched, previewsOf } from '../output/index.js';
import type { Counts, RolloutView } from './view.js';

/** What the service tells of two generations, for a person; older services tell nothing. */
export function rolloutViews(details: DeploymentDetails): readonly RolloutView[] {
  return (details.rollouts ?? []).map((one) => {
    const limit = limitOf(one);
    return {
      scope: one.scope,
      strategy: one.strategy,
      phase: one.phase,
      notes: [...shareOf(one), ...hooksOf(details, one)],
      ...trafficOf(one),
      previews: previewsOf(one),
      ...(limit !== undefined && limit),
    };
  });
}

/** Of an app with two generations before the switch: lists of tasks show the live one only. */
export function countsOfTwin({ rollouts = [] }: DeploymentDetails, id: string): Counts | undefined {
  const rollout = rollouts.find((one) => !isSwitched(one) && one.twins?.some((t) => t.id === id));
  const twin = rollout?.twins?.find((one) => one.id === id);
  if (twin === undefined) return undefined;
  const { instances: wanted, serving, kept = 0 } = twin;
  return { wanted, serving, running: 0, starting: 0, old: kept };
}

function shareOf(one: Rollout): readonly string[] {
  const { strategy, step, steps, weight } = one;
  if (strategy !== 'canary' || weight === undefined || isSwitched(one)) return [];
  const at = step !== undefined && steps !== undefined ? `, step ${step + 1} of ${steps}` : '';
  return [`${weight} % of what comes goes to the new version${at}`];
}

/** Figures only where the new version has some, and why nothing is concluded from them. */
function trafficOf({ traffic }: Rollout): Pick<RolloutView, 'traffic'> {
  if (traffic === undefined || traffic.new.requests === 0) return {};
  const figures = (name: string, { requests, errorPercent, latencyMs }: Traffic): string =>
    `${name} ${requests} requests, ${errorPercent} % failed, ${latencyMs} ms`;
  const words = [figures('new:', traffic.new), figures('old:', traffic.old)];
  if (traffic.because !== undefined) words.push(traffic.because);
  return { traffic: words.join('; ') };
}

function hooksOf({ hooks = [] }: DeploymentDetails, { scope }: Rollout): readonly string[] {
  return hooks
    .filter((hook) => hook.scope === scope)
    .map(({ at, id, state, reason }) =>
      [`hook ${at} of ${id}: ${state}`, ...(reason === undefined ? [] : [reason])].join(', '),
    );
}

function limitOf({
  phase,
  promotionDeadline,
  holdUntil,
}: Rollout): Required<Pick<RolloutView, 'until' | 'deadline'>> | undefined {
  if (promotionDeadline !== undefined) {
    return { until: Date.parse(promotionDeadline), deadline: 'aborts in' };
  }
  if (phase === 'holding' && holdUntil !== undefined) {
    return { until: Date.parse(holdUntil), deadline: 'undo within' };
  }
  return undefined;
}
