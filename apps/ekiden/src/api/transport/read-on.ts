import type { FastifyInstance } from 'fastify';

const TOO_LARGE = 413;

/** How many times as much as a body may have is read of one that has more. */
const READ_ON = 4;

/**
 * Goes on reading, for nothing, what comes of a body that was refused as too large: a connection
 * closed with bytes unread is reset, and the answer is lost to clients that write all they have
 * before they read. Who sends without end is cut off by the amount (`bodyLimit` in bytes), who
 * sends slowly by the time a request may take.
 */
export function readOnWhenTooLarge(server: FastifyInstance, bodyLimit: number): void {
  server.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    if (reply.statusCode === TOO_LARGE && !raw.readableEnded) {
      // Node closes as soon as the answer is out where either says that the connection ends
      const closes = !reply.raw.shouldKeepAlive;
      reply.removeHeader('connection');
      reply.raw.shouldKeepAlive = true;
      let left = bodyLimit * READ_ON;
      raw.unpipe();
      raw.on('data', (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) raw.destroy();
      });
      raw.once('end', () => {
        if (closes) raw.socket.end();
      });
      raw.resume();
    }
    done();
  });
}
