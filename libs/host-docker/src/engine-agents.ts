import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { connect as connectPlain, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { inspect } from 'node:util';
import type { Millis } from '@ekiden/kernel';
import { NotBegun } from './engine-call.js';

export interface FenceOptions {
  readonly secure: boolean;
  /** How long a connection may take to be made. */
  readonly limit: Millis;
  /** Asked when there is a connection; when it says no nothing goes over it. */
  readonly mayChange: () => boolean;
}

/** A connection for each request. */
export function engineAgent(secure: boolean): PlainAgent {
  return shown(secure ? new TlsAgent({ keepAlive: false }) : new PlainAgent({ keepAlive: false }));
}

/**
 * The same for requests that change something. Making a connection takes other turns of the event
 * loop, and between two of them a process may be frozen for as long as somebody likes: so it is
 * asked again when the connection is there, right before the request is written. Requests that come
 * too late end with `NotBegun`.
 */
export function fencedAgent({ secure, limit, mayChange }: FenceOptions): PlainAgent {
  const agent = engineAgent(secure);
  const createConnection = (options: object, done: Done): undefined => {
    const socket = secure
      ? connectTls(options as ConnectionOptions)
      : connectPlain(options as NetConnectOpts);
    const fail = (error: Error): void => done(error);
    const giveUp = (): void => {
      socket.destroy(new Error(`no connection within ${Math.ceil(limit / 1000)} s`));
    };
    socket.once('error', fail);
    socket.setTimeout(limit, giveUp);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0, giveUp);
      if (!mayChange()) {
        socket.destroy(new NotBegun());
        return;
      }
      socket.off('error', fail);
      done(null, socket);
    });
    return undefined;
  };
  return Object.assign(agent, { createConnection });
}

type Done = (error: Error | null, socket?: Socket) => void;

/**
 * The client makes a text of each request's options, for a debugger, whether or not anybody reads
 * it; of an agent that would be all its connections and what hangs on them: 100 ms for one request.
 */
function shown<T extends PlainAgent>(agent: T): T {
  Object.assign(agent, { [inspect.custom]: () => 'Agent' });
  return agent;
}
