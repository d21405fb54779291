import type { HttpServerOptions } from '../api/index.js';
import type { Settings } from '../settings/index.js';
import { advertisedAddress } from './advertised-address.js';

const MEBIBYTE = 1024 * 1024;

/** As long as Marathon looks for a leader: ten times a quarter of a second. */
const LEADER_PATIENCE_MS = 2_500;

/** The settings, as the HTTP surface wants them. */
export function transportRules(settings: Settings): HttpServerOptions['rules'] {
  return {
    compression: settings.httpCompression,
    bodyLimit: settings.httpBodyLimitMb * MEBIBYTE,
    maxConcurrentRequests: settings.httpMaxConcurrentRequests,
    receiveTimeoutMs: settings.httpReceiveTimeoutSeconds * 1000,
    credentials: settings.httpCredentials,
    realm: settings.httpRealm,
    allowedOrigins: settings.allowedOrigins,
    proxy: {
      self: advertisedAddress(settings),
      patienceMs: LEADER_PATIENCE_MS,
      connectTimeoutMs: settings.proxyConnectTimeoutSeconds * 1000,
      readTimeoutMs: settings.proxyReadTimeoutSeconds * 1000,
      maxOpenRequests: settings.proxyMaxOpenRequests,
    },
  };
}
