import type { FastifyRequest } from 'fastify';

/** Streams last for as long as both sides live, and have bounds of their own. */
export function isEventStream({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return /^\/v2\/events\/?(?:\?|$)/.test(url);
}
