import { promisify } from 'node:util';
import { Readable, pipeline, type Transform } from 'node:stream';
import { createDeflate, createGzip, deflate, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { encodingFor, type Encoding } from '../http/index.js';
import { PackedBodies } from './packed-bodies.js';
import { addVary } from './vary.js';

/** Bytes below which compressing costs more than it saves. */
const WORTH_IT = 1_024;

/** Higher levels take many times as long for a few percent. */
const LEVEL = 2;

/** Bodies being compressed at once; while so many are, others go out as they are. */
const UNDER_WAY_MAX = 16;

const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.+-]*json|javascript|xml)|image\/svg)/;

const COMPRESS = { gzip: promisify(gzip), deflate: promisify(deflate) };

/**
 * Compresses answers for clients that take it, outside of the event loop. The compressed copy of a
 * body is kept as long as the body itself, so one that is sent again and again is compressed once.
 */
export function compressAnswers(server: FastifyInstance): void {
  const copies = new Copies();
  const packed = new PackedBodies();
  // Not an async function: most answers need no waiting, and each wait costs them a promise or two.
  server.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, payload, done) => {
    addVary(reply, 'Accept-Encoding');
    const encoding = encodingFor(single(request.headers['accept-encoding']));
    if (encoding === undefined || !isCompressible(reply)) {
      done(null, payload);
      return;
    }
    if (payload instanceof Readable) {
      mark(reply, encoding);
      const key = keyOf(request, reply, encoding);
      const known = key === undefined ? undefined : packed.find(key);
      if (known !== undefined) {
        payload.destroy();
        done(null, known);
        return;
      }
      const behind = key === undefined ? [] : [packed.keeper(key)];
      done(null, compressed(payload, encoding, behind));
      return;
    }
    const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const copy =
      Buffer.isBuffer(body) && body.length >= WORTH_IT ? copies.of(body, encoding) : undefined;
    if (copy === undefined) {
      done(null, payload);
      return;
    }
    const sendCopy = (ready: Buffer): void => {
      mark(reply, encoding);
      done(null, ready);
    };
    if (Buffer.isBuffer(copy)) sendCopy(copy);
    else copy.then(sendCopy, done);
  });
}

/** Compressed, or about to be. */
type Copy = Buffer | Promise<Buffer>;

class Copies {
  private readonly kept = new WeakMap<Buffer, Partial<Record<Encoding, Copy>>>();
  private underWay = 0;

  /** `undefined` when too many bodies are being compressed already. */
  of(body: Buffer, encoding: Encoding): Copy | undefined {
    const copy = this.kept.get(body)?.[encoding];
    if (copy !== undefined) return copy;
    if (this.underWay >= UNDER_WAY_MAX) return undefined;
    const made = this.make(body, encoding);
    this.keep(body, encoding, made);
    return made;
  }

  private async make(body: Buffer, encoding: Encoding): Promise<Buffer> {
    this.underWay += 1;
    try {
      const made = await COMPRESS[encoding](body, { level: LEVEL });
      this.keep(body, encoding, made);
      return made;
    } finally {
      this.underWay -= 1;
    }
  }

  private keep(body: Buffer, encoding: Encoding, copy: Copy): void {
    this.kept.set(body, { ...this.kept.get(body), [encoding]: copy });
  }
}

function isCompressible(reply: FastifyReply): boolean {
  const type = reply.getHeader('content-type');
  const known = reply.getHeader('content-encoding');
  return known === undefined && typeof type === 'string' && COMPRESSIBLE.test(type);
}

function mark(reply: FastifyReply, encoding: Encoding): void {
  void reply.removeHeader('content-length').header('Content-Encoding', encoding);
}

/** Bodies with one tag are the same; what has none is not known again. */
function keyOf(
  request: FastifyRequest,
  reply: FastifyReply,
  encoding: Encoding,
): string | undefined {
  const tag = reply.getHeader('etag');
  return typeof tag === 'string' ? `${encoding} ${tag} ${request.originalUrl}` : undefined;
}

function compressed(source: Readable, encoding: Encoding, behind: readonly Transform[]): Readable {
  const options = { level: LEVEL };
  const packer = encoding === 'gzip' ? createGzip(options) : createDeflate(options);
  // an error of the source ends the answer, which is what the client sees of it
  pipeline([source, packer, ...behind], () => undefined);
  return behind.at(-1) ?? packer;
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(',') : header;
}
