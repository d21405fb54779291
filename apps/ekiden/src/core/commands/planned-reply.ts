import type { Steps } from '@ekiden/kernel';
import { adviseOnRoom } from '../advice/index.js';
import { digestOf, withFindings, type DeploymentPlan } from '../deployment/index.js';
import { forecastPlan } from '../forecast/index.js';
import type { Reply, TurnContext } from '../turn/index.js';

/** The answer to what is planned only: the plan, and what it would find on the agents. */
export function* plannedReply(context: TurnContext, plan: DeploymentPlan): Steps<Reply> {
  const digest = yield* digestOf(plan);
  const forecast = yield* forecastPlan(context, plan);
  return { kind: 'planned', plan: withFindings(plan, adviseOnRoom(forecast)), digest, forecast };
}
