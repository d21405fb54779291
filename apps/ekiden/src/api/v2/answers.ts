import { assert, formatTimestamp } from '@ekiden/kernel';
import type { FastifyRequest } from 'fastify';
import type { PathId } from '../../core/app/index.js';
import type { Answer, StateView } from '../../core/turn/index.js';
import type { ApiContext } from '../api-context.js';
import { empty, flag, json, type HttpAnswer, type QueryValues } from '../http/index.js';
import type {
  Shown,
  deploymentResult as schema,
  deploymentSteps,
  queuedDeployment,
} from '../schemas/index.js';
import {
  isPlaced,
  presentForecast,
  presentPlannedRollouts,
  presentSteps,
  presentTask,
  type ShownTask,
} from './presenters/index.js';

export type Deployed = Extract<Answer, { kind: 'deployed' }>;

/** What every change of the tree is answered with. */
export function deployed(answer: Answer): Deployed {
  assert(answer.kind === 'deployed', `a change was answered with ${answer.kind}`);
  return answer;
}

/** `dryRun=true`: what would be done is told, and not done. */
export function dryRunOf(query: QueryValues): { readonly dryRun?: true } {
  return flag(query, 'dryRun', false) ? { dryRun: true } : {};
}

/**
 * The answer to a change that begins no deployment now: it was to be looked at only, it is queued,
 * or the plan that was applied changes nothing. `undefined`: one has begun.
 */
export function notBegun(api: Pick<ApiContext, 'once'>, answer: Answer): HttpAnswer | undefined {
  switch (answer.kind) {
    case 'planned':
      return api.once(() => planned(answer));
    case 'queued':
      return queued(answer);
    case 'unchanged':
      return empty(204);
    case 'deployed':
    case 'killed':
    case 'done':
    case 'volumeDeletion':
      return undefined;
  }
}

function queued({
  deploymentId,
  position,
  waitsFor,
}: Extract<Answer, { kind: 'queued' }>): HttpAnswer {
  const deployments = waitsFor.map((id) => ({ id }));
  const body: Shown<typeof queuedDeployment> = { deploymentId, position, deployments };
  return json(body, { status: 202, headers: deploymentHeader({ deploymentId }) });
}

/** The body of the answer to a dry run. */
function planned({
  plan,
  digest,
  forecast,
}: Extract<Answer, { kind: 'planned' }>): Shown<typeof deploymentSteps> {
  const rollouts = presentPlannedRollouts(plan, forecast.waiting);
  return {
    ...presentSteps(plan),
    parent: formatTimestamp(plan.parent),
    digest,
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

export function deploymentHeader({
  deploymentId,
}: Pick<Deployed, 'deploymentId'>): Record<string, string> {
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
