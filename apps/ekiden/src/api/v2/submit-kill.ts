import type { FastifyRequest } from 'fastify';
import type { TaskSelection } from '../../core/turn/index.js';
import { originOf, type ApiContext } from '../api-context.js';
import { badRequest, flag, type HttpAnswer, type QueryValues } from '../http/index.js';
import { deployed, deploymentResult, dryRunOf, killedTasks, notBegun } from './answers.js';
import { overlapOf } from './overlap.js';
import type { ShownTask } from './presenters/index.js';

/**
 * Kills tasks of apps as the query wants it: with `scale` that is a change of the tree and answered
 * like one; else `answerOf` shows those that are killed. Throws a `Problem` (400) for scale together
 * with wipe, (422) for force together with queue.
 */
export async function submitKill(
  api: ApiContext,
  kill: {
    readonly request: FastifyRequest;
    readonly query: QueryValues;
    readonly tasks: TaskSelection;
  },
  answerOf: (killed: readonly ShownTask[]) => HttpAnswer,
): Promise<HttpAnswer> {
  const { request, query, tasks } = kill;
  const scale = flag(query, 'scale', false);
  const wipe = flag(query, 'wipe', false);
  if (scale && wipe) throw badRequest('You cannot use scale and wipe at the same time.');
  const answer = await api.submit({
    kind: 'killTasks',
    tasks,
    scale,
    wipe,
    ...overlapOf(query),
    ...dryRunOf(query),
    origin: originOf(request),
  });
  const other = notBegun(api, answer);
  if (other !== undefined) return other;
  if (scale) return deploymentResult(deployed(answer));
  return answerOf(killedTasks(answer, api.stateIfAny()));
}
