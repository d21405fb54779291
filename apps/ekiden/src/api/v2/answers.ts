import { assert, formatTimestamp } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { PathId } from '../../core/app/index.js';
import type { Answer, StateView } from '../../core/turn/index.js';
import { flag, json, type HttpAnswer, type QueryValues } from '../http/index.js';
import type { Shown, deploymentResult as schema, deploymentSteps } from '../schemas/index.js';
import {
  isPlaced,
  presentForecast,
  presentPlannedRollouts,
  presentSteps,
  presentTask,
  type ShownTask,
} from './presenters/index.js';

type Deployed = Extract<Answer, { kind: 'deployed' }>;

/** What every change of the tree is answered with. */
export function deployed(answer: Answer): Deployed {
  assert(answer.kind === 'deployed', `a change was answered with ${answer.kind}`);
  return answer;
}

/** `dryRun=true`: what would be done is told, and not done. */
export function isDryRun(query: QueryValues): boolean {
  return flag(query, 'dryRun', false);
}

/** The same for a command. */
export function dryRunOf(query: QueryValues): { readonly dryRun?: true } {
  return isDryRun(query) ? { dryRun: true } : {};
}

/** The body of the answer to a dry run. */
export function planned(answer: Answer): Shown<typeof deploymentSteps> {
  assert(answer.kind === 'planned', `a dry run was answered with ${answer.kind}`);
  const { plan, forecast } = answer;
  const rollouts = presentPlannedRollouts(plan, forecast.waiting);
  return {
    ...presentSteps(plan),
    ...(rollouts.length > 0 ? { rollouts } : {}),
    ...presentForecast(forecast),
    ...(plan.warnings.length > 0 ? { warnings: plan.warnings } : {}),
    ...(plan.findings === undefined ? {} : { findings: plan.findings }),
  };
}

export function deploymentResult(
  answer: Deployed,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): HttpAnswer {
  const { deploymentId, version } = answer;
  const body: Shown<typeof schema> = { deploymentId, version: formatTimestamp(version) };
  return json(body, { status, headers: { ...headers, ...deploymentHeader(answer) } });
}

export function deploymentHeader({ deploymentId }: Deployed): Record<string, string> {
  return { 'Marathon-Deployment-Id': deploymentId };
}

/** The id resolved against the address of the server, not below `/v2` (marathon-api 1.2). */
export function locationHeader(request: FastifyRequest, id: PathId): Record<string, string> {
  return { Location: `${request.protocol}://${request.host}${id}` };
}

/** Tasks of a kill that scales nothing. */
export function killedTasks(answer: Answer, state: StateView | undefined): readonly ShownTask[] {
  assert(answer.kind === 'killed', `a kill was answered with ${answer.kind}`);
  return answer.instances
    .filter(isPlaced)
    .map((instance) => presentTask(instance, state?.root.apps.get(instance.appId)));
}
