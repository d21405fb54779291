import { credentials, hostAndPort, origins, realm, yesOrNo } from './http-setting-values.js';
import { whole } from './setting-values.js';
import type { HttpSettings } from './http-settings.js';
import type { Setting } from './setting.js';

type HttpSettingTable = {
  readonly [K in keyof HttpSettings]: Setting<NonNullable<HttpSettings[K]>>;
};

/** The settings of the HTTP surface, with the names of Marathon's flags (marathon-api 12.1). */
export const HTTP_SETTINGS: HttpSettingTable = {
  httpCompression: {
    env: 'EKIDEN_HTTP_COMPRESSION',
    flag: 'http-compression',
    value: 'boolean',
    description: 'Compress answers for clients that accept gzip or deflate.',
    default: 'true',
    schema: yesOrNo(),
    marathon: 'http_compression',
  },
  httpBodyLimitMb: {
    env: 'EKIDEN_HTTP_BODY_LIMIT_MB',
    flag: 'http-body-limit-mb',
    value: 'mebibytes',
    description: 'Largest request body; a group of 2,000 apps takes 3.4.',
    default: '16',
    schema: whole(1, 1_024),
  },
  httpMaxConcurrentRequests: {
    env: 'EKIDEN_HTTP_MAX_CONCURRENT_REQUESTS',
    flag: 'http-max-concurrent-requests',
    value: 'number',
    description: 'Requests served at once, event streams not counted; more are answered with 503.',
    default: undefined,
    fallback: 'no limit',
    schema: whole(1, 1_000_000),
    marathon: 'http_max_concurrent_requests',
  },
  httpReceiveTimeoutSeconds: {
    env: 'EKIDEN_HTTP_RECEIVE_TIMEOUT_SECONDS',
    flag: 'http-receive-timeout-seconds',
    value: 'seconds',
    description: 'How long a client may take to send a request, body included.',
    default: '60',
    schema: whole(1, 3_600),
  },
  httpCredentials: {
    env: 'EKIDEN_HTTP_CREDENTIALS',
    flag: 'http-credentials',
    value: 'user:password',
    description:
      'What every client has to know, on all paths (HTTP Basic). Better as a variable: command lines can be read by everybody on the machine.',
    default: undefined,
    fallback: 'nobody is asked',
    secret: true,
    schema: credentials(),
    marathon: 'http_credentials',
  },
  httpRealm: {
    env: 'EKIDEN_HTTP_REALM',
    flag: 'http-realm',
    value: 'name',
    description: 'What clients are told the credentials are for.',
    default: 'Mesosphere',
    schema: realm(),
    marathon: 'http_realm',
  },
  allowedOrigins: {
    env: 'EKIDEN_ACCESS_CONTROL_ALLOW_ORIGIN',
    flag: 'access-control-allow-origin',
    value: 'origins',
    description:
      'Origins whose pages may read answers in a browser, separated by commas or blanks; * = all.',
    default: '',
    schema: origins(),
    marathon: 'access_control_allow_origin',
  },
  advertisedAddress: {
    env: 'EKIDEN_ADVERTISED_ADDRESS',
    flag: 'advertised-address',
    value: 'host[:port]',
    description: 'Where other services on the same database reach this one when it leads.',
    default: undefined,
    fallback:
      'EKIDEN_HOSTNAME if set, or the address listened on, or with 0.0.0.0 the name of this machine; and the port listened on',
    schema: hostAndPort(),
  },
  proxyConnectTimeoutSeconds: {
    env: 'EKIDEN_LEADER_PROXY_CONNECT_TIMEOUT_SECONDS',
    flag: 'leader-proxy-connect-timeout-seconds',
    value: 'seconds',
    description: 'How long a standby tries to reach the leader.',
    default: '5',
    schema: whole(1, 3_600),
    marathon: 'leader_proxy_connection_timeout',
    marathonUnit: 'milliseconds',
  },
  proxyReadTimeoutSeconds: {
    env: 'EKIDEN_LEADER_PROXY_READ_TIMEOUT_SECONDS',
    flag: 'leader-proxy-read-timeout-seconds',
    value: 'seconds',
    description:
      'How long a standby waits for the next bytes of an answer of the leader; longer than a write may wait.',
    default: '30',
    schema: whole(1, 3_600),
    marathon: 'leader_proxy_read_timeout',
    marathonUnit: 'milliseconds',
  },
  proxyMaxOpenRequests: {
    env: 'EKIDEN_LEADER_PROXY_MAX_OPEN_REQUESTS',
    flag: 'leader-proxy-max-open-requests',
    value: 'number',
    description:
      'Requests a standby has under way to the leader, event streams not counted; more are answered with 503.',
    default: '256',
    schema: whole(1, 100_000),
    marathon: 'leader_proxy_max_open_connections',
  },
};
