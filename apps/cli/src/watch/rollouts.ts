import type { DeploymentDetails, Rollout } from '../client/index.js';
import type { RolloutView } from './view.js';

/** What the service tells of two generations, for a person; older services tell nothing. */
export function rolloutViews({ rollouts = [] }: DeploymentDetails): readonly RolloutView[] {
  return rollouts.map((one) => {
    const limit = limitOf(one);
    return {
      scope: one.scope,
      strategy: one.strategy,
      phase: one.phase,
      notes: notesOf(one),
      previews: one.phase === 'over' ? [] : (one.previews ?? []).map(previewText),
      ...(limit !== undefined && limit),
    };
  });
}

function notesOf({ step, steps, weight, hooks = [], phase }: Rollout): readonly string[] {
  const at = step !== undefined && steps !== undefined ? `, step ${step + 1} of ${steps}` : '';
  const share =
    weight === undefined || phase === 'over' || phase === 'holding'
      ? []
      : [`${weight} % of what comes goes to the new version${at}`];
  return [
    ...share,
    ...hooks.map(({ at: moment, state, message }) =>
      [`hook ${moment}: ${state}`, ...(message === undefined ? [] : [message])].join(', '),
    ),
  ];
}

function previewText({ app, host, port }: NonNullable<Rollout['previews']>[number]): string {
  return `${app} ${host ?? '127.0.0.1'}:${port}`;
}

function limitOf({
  phase,
  promotionDeadline,
  holdUntil,
}: Rollout): Required<Pick<RolloutView, 'until' | 'deadline'>> | undefined {
  if (phase === 'awaitingPromotion' && promotionDeadline !== undefined) {
    return { until: Date.parse(promotionDeadline), deadline: 'aborts in' };
  }
  if (phase === 'holding' && holdUntil !== undefined) {
    return { until: Date.parse(holdUntil), deadline: 'undo within' };
  }
  return undefined;
}
