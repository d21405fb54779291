import type { Steps } from '@ekiden/kernel';
import type { DeploymentPlan } from '../deployment/index.js';
import { forecastPlan } from '../forecast/index.js';
import type { Reply, TurnContext } from '../turn/index.js';

/** The answer to what is planned only: the plan, and what it would find on the agents. */
export function* plannedReply(context: TurnContext, plan: DeploymentPlan): Steps<Reply> {
  return { kind: 'planned', plan, forecast: yield* forecastPlan(context, plan) };
}
