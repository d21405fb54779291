import type { FastifyReply } from 'fastify';

/** Names one more request header that the answer depends on. */
export function addVary(reply: FastifyReply, name: string): void {
  const present = reply.getHeader('vary');
  if (present === undefined) {
    void reply.header('vary', name);
    return;
  }
  const known = String(present);
  const names = known.split(',').map((one) => one.trim().toLowerCase());
  if (names.includes(name.toLowerCase())) return;
  void reply.header('Vary', known === '' ? name : `${known}, ${name}`);
}
