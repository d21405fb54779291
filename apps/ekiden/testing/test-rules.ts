import type { HttpServerOptions } from '../src/api/index.js';

/** Like the defaults of the settings; a standby gives up at once where no leader is known. */
export const TEST_RULES: HttpServerOptions['rules'] = {
  compression: true,
  bodyLimit: 16 * 1024 * 1024,
  maxConcurrentRequests: undefined,
  receiveTimeoutMs: 60_000,
  credentials: undefined,
  realm: 'Mesosphere',
  allowedOrigins: [],
  proxy: {
    self: 'node1:8080',
    patienceMs: 0,
    connectTimeoutMs: 1_000,
    readTimeoutMs: 1_000,
    maxOpenRequests: 2,
  },
};
