import type { FastifyRequest } from 'fastify';
import type { Answer, RootChange } from '../../core/turn/index.js';
import { originOf, type ApiContext } from '../api-context.js';
import type { QueryValues } from '../http/index.js';
import { dryRunOf } from './answers.js';
import { overlapOf, parentOf } from './overlap.js';
import { strategyOf } from './strategy.js';

/** Submits a change of the tree as the query wants it: forced or queued, planned only, by which strategy. */
export function submitChange(
  api: ApiContext,
  { request, query }: { readonly request: FastifyRequest; readonly query: QueryValues },
  change: RootChange,
  forceByDefault = false,
): Promise<Answer> {
  return api.submit({
    kind: 'changeRoot',
    change,
    ...overlapOf(query, forceByDefault),
    ...dryRunOf(query),
    ...parentOf(query),
    ...strategyOf(query),
    origin: originOf(request),
  });
}
