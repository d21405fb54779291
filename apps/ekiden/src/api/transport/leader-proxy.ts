import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LeadershipView } from '../../ports/index.js';
import {
  Problem,
  badRequest,
  tooLarge,
  unavailable,
  upgradeOf,
  type Upgrade,
} from '../http/index.js';
import { isEventStream } from './event-streams.js';
import type { Forwarder } from './forwarder.js';
import { connectTo, tunnel } from './tunnel.js';
import type { ProxyRules } from './transport-rules.js';
import { VIA, passed } from './via.js';

const LOOK_EVERY_MS = 25;
const RETRY_AFTER_SECONDS = 1;

/** What each process answers for itself, leading or not; everything else is the leader's. */
const OWN =
  /^\/(?:ping|help|docs(?:\/.*)?|openapi\.json|ui(?:\/.*)?|metrics(?:\/.*)?|logging|config)?\/?$/;

/** What a process tells of itself while nobody leads. */
const WITHOUT_LEADER = /^\/v2\/(?:info|leader|events)\/?$/;

export interface LeaderProxyOptions {
  readonly rules: ProxyRules;
  readonly leadership: () => LeadershipView;
  /** Bytes. */
  readonly bodyLimit: number;
  /** Whether there is committed state to answer from, though maybe not the newest. */
  readonly hasState: () => boolean;
  readonly refuse: (reply: FastifyReply, problem: Problem) => void;
}

type Destination =
  | { readonly kind: 'here' }
  | { readonly kind: 'leader'; readonly address: string }
  /** Somebody led a moment ago, and who leads next is not decided yet. */
  | { readonly kind: 'nobody' };

/**
 * Makes a standby hand every request to the leader (marathon-api 1.3). While no leader is known a
 * request waits for one, for a while; a service that has led and lost its database goes on
 * answering from what it knows.
 */
export class LeaderProxy {
  private readonly options: LeaderProxyOptions;
  /** Loaded when it is first needed: most services never stand by. */
  private forwarder: Promise<Forwarder> | undefined;
  private open = 0;
  private readonly tunnels = new Set<Socket>();

  constructor(options: LeaderProxyOptions) {
    this.options = options;
  }

  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
      if (this.look().kind === 'here') {
        done();
        return;
      }
      this.direct(request, reply).then((here) => {
        if (here) done();
      }, done);
    });
    server.addHook('preClose', (done) => {
      for (const leader of this.tunnels) leader.destroy();
      done();
    });
    server.addHook('onClose', async () => {
      await (await this.forwarder)?.close();
    });
  }

  /** Whether the request is to be answered here; if not, its answer is seen to. */
  private async direct(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const path = request.url.split('?', 1)[0] ?? '';
    if (OWN.test(path)) return true;
    const destination = await this.destination(path, request);
    switch (destination.kind) {
      case 'here':
        return true;
      case 'nobody':
        this.refuse(reply, 502, 'Could not determine the current leader');
        return false;
      case 'leader':
        await this.forward(request, reply, destination.address);
        return false;
    }
  }

  private async destination(path: string, request: FastifyRequest): Promise<Destination> {
    const now = this.look();
    if (now.kind !== 'nobody') return now;
    if (WITHOUT_LEADER.test(path)) return { kind: 'here' };
    const { patienceMs } = this.options.rules;
    for (let waited = 0; waited < patienceMs; waited += LOOK_EVERY_MS) {
      await delay(LOOK_EVERY_MS);
      const later = this.look();
      if (later.kind !== 'nobody' || request.raw.destroyed) return later;
    }
    return this.options.leadership().standby ? { kind: 'nobody' } : { kind: 'here' };
  }

  private look(): Destination {
    const { leadership, hasState, rules } = this.options;
    const { elected, leader, standby } = leadership();
    if (elected) return { kind: 'here' };
    // recorded as leader, yet not leading: somebody else's address, or our own of before
    if (leader !== undefined && leader !== rules.self) return { kind: 'leader', address: leader };
    // what a standby knows of before is of no use to anybody
    return hasState() && !standby ? { kind: 'here' } : { kind: 'nobody' };
  }

  private async forward(
    request: FastifyRequest,
    reply: FastifyReply,
    address: string,
  ): Promise<void> {
    const { rules, bodyLimit, refuse } = this.options;
    // the leader would end the connection amidst the body, and its answer might be lost with it
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
      refuse(reply, tooLarge(bodyLimit));
      return;
    }
    if (passed(request.headers[VIA], rules.self)) {
      this.refuse(reply, 502, 'Detected proxying loop.');
      return;
    }
    if (!request.url.startsWith('/')) {
      refuse(reply, badRequest(`Malformed URL: ${request.originalUrl}`));
      return;
    }
    if (!isEventStream(request)) {
      if (this.open >= rules.maxOpenRequests) {
        const message = `Too many requests to the leader are under way. Allowed: ${rules.maxOpenRequests}.`;
        refuse(reply, unavailable(message, RETRY_AFTER_SECONDS));
        return;
      }
      this.open += 1;
      reply.raw.once('close', () => {
        this.open -= 1;
      });
    }
    const upgrade = upgradeOf(request.raw);
    if (upgrade !== undefined) {
      await this.connect(request, reply, { address, upgrade });
      return;
    }
    this.forwarder ??= this.load();
    (await this.forwarder).forward(request, reply, address);
  }

  /** Connects a session with the leader, byte by byte. */
  private async connect(
    request: FastifyRequest,
    reply: FastifyReply,
    { address, upgrade }: { readonly address: string; readonly upgrade: Upgrade },
  ): Promise<void> {
    const { rules } = this.options;
    const leader = await connectTo(address, rules.connectTimeoutMs);
    if (leader === undefined) {
      this.refuse(reply, 502, 'Connection to leader refused.');
      return;
    }
    this.tunnels.add(leader);
    leader.once('close', () => this.tunnels.delete(leader));
    reply.hijack();
    tunnel(request, { leader, upgrade, self: rules.self });
  }

  private async load(): Promise<Forwarder> {
    const { openForwarder } = await import('./forwarder.js');
    return openForwarder(this.options.rules);
  }

  private refuse(reply: FastifyReply, status: number, message: string): void {
    const retry = { 'Retry-After': String(RETRY_AFTER_SECONDS) };
    this.options.refuse(reply, new Problem(status, { message }, retry));
  }
}
