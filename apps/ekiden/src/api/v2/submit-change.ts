import type { FastifyRequest } from 'fastify';
import type { RootChange } from '../../core/turn/index.js';
import { originOf, type ApiContext } from '../api-context.js';
import type { HttpAnswer, QueryValues } from '../http/index.js';
import { deployed, deploymentResult, dryRunOf, notBegun, type Deployed } from './answers.js';
import { overlapOf, parentOf } from './overlap.js';
import { strategyOf } from './strategy.js';

/** A write to the tree, with the query that says how it is meant. */
export interface TreeWrite {
  readonly request: FastifyRequest;
  readonly query: QueryValues;
  readonly change: RootChange;
  /** Whether it is forced where the query says nothing; default: no. */
  readonly forceByDefault?: boolean;
}

/**
 * Submits a change of the tree as the query wants it: forced or queued, planned only, by which
 * strategy. `answerOf` says what is answered once a deployment has begun; a plan, or a place in the
 * queue, is told the same way everywhere.
 */
export async function submitChange(
  api: ApiContext,
  { request, query, change, forceByDefault = false }: TreeWrite,
  answerOf: (done: Deployed) => HttpAnswer = deploymentResult,
): Promise<HttpAnswer> {
  const answer = await api.submit({
    kind: 'changeRoot',
    change,
    ...overlapOf(query, forceByDefault),
    ...dryRunOf(query),
    ...parentOf(query),
    ...strategyOf(query),
    origin: originOf(request),
  });
  return notBegun(api, answer) ?? answerOf(deployed(answer));
}
