import type { Forecast } from '../../../core/deployment/index.js';
import type { Shown, deploymentSteps } from '../../schemas/index.js';
import { given, some } from './given.js';

type ShownForecast = Pick<Shown<typeof deploymentSteps>, 'placements' | 'placementsLeftOut'>;

/** Where the instances of a plan would go; steps count from 1. */
export function presentForecast({ placements, leftOut }: Forecast): ShownForecast {
  return {
    ...some(
      'placements',
      placements.map(({ step, app, starts, fit, agents, missing }) => ({
        step: step + 1,
        id: app,
        starts,
        fit,
        agents: agents.map(({ agentId: id, host, instances }) => ({ id, host, instances })),
        ...given('missing', missing),
      })),
    ),
    ...(leftOut === 0 ? {} : { placementsLeftOut: leftOut }),
  };
}
