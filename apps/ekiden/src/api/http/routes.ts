import type { FastifyInstance } from 'fastify';

/** Methods of every declared route; lets an unrouted request be told apart from a wrong method. */
export class Routes {
  private readonly patterns = new Map<string, { path: RegExp; methods: Set<string> }>();

  /** Has to be called before routes are declared. */
  static watch(server: FastifyInstance): Routes {
    const routes = new Routes();
    server.addHook('onRoute', ({ method, url }) => {
      routes.add(url, typeof method === 'string' ? [method] : method);
    });
    return routes;
  }

  add(url: string, methods: readonly string[]): void {
    const known = this.patterns.get(url) ?? { path: toPattern(url), methods: new Set<string>() };
    for (const method of methods) known.methods.add(method);
    this.patterns.set(url, known);
  }

  /** Methods that are allowed on a path as routed (ids percent-encoded); empty = no such path. */
  methodsOf(path: string): readonly string[] {
    const found = new Set<string>();
    for (const { path: pattern, methods } of this.patterns.values()) {
      if (!pattern.test(path)) continue;
      for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

function toPattern(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:\w+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${source}$`);
}
