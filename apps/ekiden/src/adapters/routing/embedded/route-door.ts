import type { Socket } from 'node:net';
import type { Route } from '../../../core/traffic/index.js';
import type { Door, HttpFront } from './http/index.js';
import { RouteListener } from './route-listener.js';
import { RouteSite } from './route-site.js';
import { serveTcp } from './tcp-session.js';
import type { Works } from './works.js';

export interface DoorOptions {
  readonly works: Works;
  readonly front: HttpFront;
  readonly rebindMs: number;
}

/** One route at work: takes connections on its address and serves each as the route says. */
export class RouteDoor implements Door {
  readonly site: RouteSite;
  readonly listener: RouteListener;
  closed = false;
  private readonly options: DoorOptions;

  constructor(route: Route, options: DoorOptions) {
    this.options = options;
    const { works, rebindMs } = options;
    this.site = new RouteSite(route, works);
    const serve = (client: Socket): void => {
      this.serve(client);
    };
    this.listener = new RouteListener(route.listen, { rebindMs, log: works.log, serve });
  }

  siteFor(): RouteSite {
    return this.site;
  }

  /** Takes no more connections; what is under way may last until the drain limit. */
  close(): void {
    this.closed = true;
    this.listener.close();
    this.site.close();
    this.options.front.release(this);
  }

  private serve(client: Socket): void {
    const { works, front } = this.options;
    if (!works.admit(client)) {
      client.destroy();
    } else if (this.site.route.mode === 'http') {
      front.accept(client, this);
    } else {
      void serveTcp(client, this.site, works);
    }
  }
}
