import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Listen } from '../../../../core/traffic/index.js';
import { RouteListener } from '../route-listener.js';
import type { RouteSite } from '../route-site.js';
import type { Works } from '../works.js';
import type { Door, HttpFront } from './http-front.js';

/** One port for all `http` routes that have names; requests say which they mean. */
export class SharedPort {
  listener: RouteListener | undefined;
  private readonly front: HttpFront;
  private readonly works: Works;
  private readonly rebindMs: number;
  private readonly sites = new Map<string, RouteSite>();
  private door: Door & { closed: boolean };

  constructor(
    front: HttpFront,
    { works, rebindMs }: { readonly works: Works; readonly rebindMs: number },
  ) {
    this.front = front;
    this.works = works;
    this.rebindMs = rebindMs;
    this.door = this.newDoor();
  }

  /** `listen` absent: there is no such port. Of routes with the same name the first has it. */
  async lead(
    listen: Listen | undefined,
    routes: readonly { readonly site: RouteSite }[],
  ): Promise<void> {
    this.sites.clear();
    for (const { site } of routes) {
      const { mode, hosts = [] } = site.route;
      if (mode !== 'http') continue;
      for (const host of hosts.map(plainHost)) {
        if (!this.sites.has(host)) this.sites.set(host, site);
      }
    }
    const now = this.listener?.listen;
    if (now?.port === listen?.port && now?.address === listen?.address) return;
    this.close();
    if (listen === undefined) return;
    const serve = (client: Socket): void => {
      if (this.works.admit(client)) this.front.accept(client, this.door);
      else client.destroy();
    };
    this.listener = new RouteListener(listen, {
      rebindMs: this.rebindMs,
      log: this.works.log,
      serve,
    });
    await this.listener.bind();
  }

  close(): void {
    this.listener?.close();
    this.listener = undefined;
    this.door.closed = true;
    this.front.release(this.door);
    this.door = this.newDoor();
  }

  private newDoor(): Door & { closed: boolean } {
    const siteFor = ({ headers }: IncomingMessage): RouteSite | undefined =>
      this.sites.get(plainHost(headers.host ?? ''));
    return { closed: false, siteFor };
  }
}

/** A name as it is compared: without port, in small letters, without a dot at its end. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}
