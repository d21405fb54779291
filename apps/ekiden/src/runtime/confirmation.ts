import { rolloutsUnderWay } from '../core/deployment/index.js';
import { drainStage, type ConfirmedRoutes, type StateView } from '../core/turn/index.js';

/** What all routers have acknowledged. */
export type Confirmation = ConfirmedRoutes;

type Waits = Pick<StateView, 'drains' | 'confirmed' | 'deployments'>;

/** The newest turn that somebody waits to see confirmed; -1 = none. */
export function awaitedTurn({ drains, deployments }: Waits): number {
  let newest = -1;
  for (const turn of switchTurns(deployments)) newest = Math.max(newest, turn);
  for (const { turn } of drains.values()) newest = Math.max(newest, turn);
  return newest;
}

/** Whether something goes on waiting after this confirmation, so that another one is needed. */
export function isAwaited({ drains }: Waits, confirmed: Confirmation): boolean {
  for (const drain of drains.values()) if (drainStage(drain, confirmed) !== 'drained') return true;
  return false;
}

/** Whether the state has not heard of it what somebody waits for. */
export function isNews(
  { drains, deployments, confirmed: known }: Waits,
  confirmed: Confirmation,
): boolean {
  for (const turn of switchTurns(deployments)) {
    if (known.generation < turn && turn <= confirmed.generation) return true;
  }
  for (const drain of drains.values()) {
    if (drainStage(drain, known) !== drainStage(drain, confirmed)) return true;
  }
  return false;
}

/** Of rollouts whose new versions are served as soon as the routers follow that turn. */
function switchTurns(deployments: Waits['deployments']): readonly number[] {
  return deployments
    .by('rollout', 'yes')
    .flatMap((deployment) =>
      rolloutsUnderWay(deployment).flatMap(({ phase, switchTurn }) =>
        phase === 'switching' && switchTurn !== undefined ? [switchTurn] : [],
      ),
    );
}
