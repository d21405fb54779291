import type { FastifyInstance } from 'fastify';
import type { Meter, Metrics } from '../../ports/index.js';

/** Counts requests by class of their status, and times those that come to an end by themselves. */
export function measureRequests(server: FastifyInstance, metrics: Metrics): void {
  const duration = metrics.timer({
    name: 'marathon.http.requests.duration.timer.seconds',
    help: 'Time from a request to the end of its answer; event streams are left out.',
  });
  const responses = [1, 2, 3, 4, 5].map((digit): Meter =>
    metrics.meter({
      name: `marathon.http.responses.${digit}xx.rate`,
      help: `Answers with a status of ${digit}xx.`,
    }),
  );
  server.addHook('onResponse', (request, reply, done) => {
    responses[Math.floor(reply.statusCode / 100) - 1]?.mark();
    if (!request.url.startsWith('/v2/events')) duration.observe(reply.elapsedTime);
    done();
  });
}
