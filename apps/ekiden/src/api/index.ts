export { createHttpServer } from './create-http-server.js';
export type { HttpServerOptions } from './http-server-options.js';
