import fc from 'fast-check';
import {
  app,
  appList,
  appUpdate,
  appUpdateList,
  groupRoles,
  groupUpdate,
  pod,
} from '../../src/api/schemas/index.js';
import { breakages, broken, type Breakage } from './breakage.js';
import { documentsOf, type Likely } from './documents.js';
import { LIKELY_OF_PODS, POD_IDS } from './pods.js';

export interface FuzzRequest {
  readonly method: 'PATCH' | 'POST' | 'PUT';
  readonly url: string;
  readonly document: unknown;
}

const IDS = ['/shop/web', '/shop/db', '/shop', '/a', '/a/b/c', '/x'];

/** What makes documents sound more often than chance would. */
const LIKELY: Likely = {
  id: fc.constantFrom(...IDS, 'web', 'db', 'b'),
  cmd: fc.constantFrom('sleep 60', './serve'),
  instances: fc.nat(3),
  dependencies: fc.subarray(['/shop/db', '/shop', '/a', '../db'], { maxLength: 1 }),
  executor: fc.constantFrom('', '//cmd'),
  role: fc.constantFrom('*', 'shop', 'a'),
  acceptedResourceRoles: fc.constant(['*']),
  constraints: fc.constantFrom([['hostname', 'UNIQUE']], [['rack', 'LIKE', 'r.*']], []),
  upgradeStrategy: fc.constant({ minimumHealthCapacity: 0.5, maximumOverCapacity: 0 }),
  networks: fc.constantFrom(
    [{ mode: 'host' }],
    [{ mode: 'container/bridge' }],
    [{ mode: 'container', name: 'n', labels: { a: 'b' } }],
  ),
  containerPath: fc.constantFrom('data', '/data'),
  mode: fc.constantFrom('RW', 'RO'),
  docker: fc.constantFrom({ image: 'nginx' }, { image: 'a', network: 'BRIDGE' }),
  container: fc.constantFrom(
    { type: 'DOCKER', docker: { image: 'nginx' } },
    {
      type: 'MESOS',
      volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
    },
    {
      docker: { image: 'nginx' },
      volumes: [{ containerPath: '/s', hostPath: '/h', mode: 'RO' }],
      portMappings: [{ containerPort: 80, name: 'http', labels: { VIP_0: 'a' } }],
    },
    {
      type: 'MESOS',
      docker: { image: 'a' },
      volumes: [
        {
          containerPath: '/s',
          mode: 'RW',
          external: { provider: 'dvdi', name: 'v', options: { 'dvdi/driver': 'r' }, shared: true },
        },
      ],
    },
  ),
  secrets: fc.constant({ key: { source: 'vault' } }),
  secret: fc.constant('key'),
  uri: fc.constantFrom('http://example.com/a.tgz', 'a/b'),
  healthChecks: fc.constantFrom([{ protocol: 'HTTP', path: '/' }], [{ protocol: 'TCP' }]),
};

/** Absent in most requests: they stand alone, or fit nothing. */
const RARELY = new Set(['version', 'scaleBy', 'ipAddress', 'residency', 'check', 'tty', 'ports']);

function without(document: unknown, rarely: boolean): unknown {
  if (rarely || typeof document !== 'object' || document === null) return document;
  if (Array.isArray(document)) return document.map((one) => without(one, rarely));
  const kept = Object.entries(document).filter(([key]) => !RARELY.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === 'apps' || key === 'groups' ? without(value, rarely) : value,
    ]),
  );
}

function working(document: unknown): unknown {
  if (Array.isArray(document)) return document.map(working);
  if (typeof document !== 'object' || document === null) return document;
  const fields = document as Readonly<Record<string, unknown>>;
  const worked = fields['args'] === undefined ? { cmd: 'sleep 60', ...fields } : fields;
  return worked;
}

/** Numbers that only cost time: many instances are for benchmarks. */
function affordable(document: unknown): unknown {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) => {
      const counts = key === 'instances' || key === 'scaleBy';
      return counts && typeof value === 'number' && value > 3 && value < 2 ** 31 ? 3 : value;
    }),
  ) as unknown;
}

function near(
  schema: Parameters<typeof documentsOf>[0],
  likely: Likely = LIKELY,
): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      documentsOf(schema, likely),
      fc.integer({ min: 0, max: 9 }),
      fc.array(breakages(), { maxLength: 2 }),
    )
    .map(([document, rarely, wrong]: [unknown, number, Breakage[]]) =>
      affordable(wrong.reduce<unknown>(broken, without(document, rarely === 0))),
    );
}

/** Nearly sound writes of every kind: right by the schemas, then wrong in up to two places. */
export function fuzzRequests(): fc.Arbitrary<FuzzRequest> {
  const id = fc.constantFrom(...IDS);
  const partial = fc.constantFrom('', '&partialUpdate=false');
  const group = fc.constantFrom('', '/shop', '/a', '/a/b');
  const request = (
    method: FuzzRequest['method'],
    url: fc.Arbitrary<string>,
    document: fc.Arbitrary<unknown>,
  ): fc.Arbitrary<FuzzRequest> => fc.record({ method: fc.constant(method), url, document });
  const at = (query: fc.Arbitrary<string>) =>
    fc.tuple(id, query).map(([path, more]) => `/v2/apps${path}?force=true${more}`);
  const all = fc.constant('/v2/apps?force=true');
  const groups = group.map((path) => `/v2/groups${path}?force=true`);
  const whole = near(app).map(working);
  const aPod = near(pod, LIKELY_OF_PODS).map(mounting);
  const atPod = fc.constantFrom(...POD_IDS).map((path) => `/v2/pods${path}?force=true`);
  const allPods = fc.constant('/v2/pods?force=true');
  return fc.oneof(
    { arbitrary: request('POST', all, whole), weight: 5 },
    { arbitrary: request('PUT', at(partial), near(appUpdate)), weight: 3 },
    { arbitrary: request('PUT', at(partial), whole), weight: 3 },
    { arbitrary: request('PATCH', at(fc.constant('')), near(appUpdate)), weight: 2 },
    { arbitrary: request('PUT', all, near(appUpdateList).map(working)), weight: 2 },
    {
      arbitrary: request(
        'PUT',
        all.map((url) => `${url}&partialUpdate=false`),
        near(appList),
      ),
      weight: 1,
    },
    { arbitrary: request('PATCH', all, near(appUpdateList)), weight: 1 },
    { arbitrary: request('POST', allPods, aPod), weight: 4 },
    { arbitrary: request('PUT', atPod, aPod), weight: 3 },
    { arbitrary: request('PUT', groups, near(groupUpdate).map(workingGroups)), weight: 5 },
    { arbitrary: request('POST', groups, near(groupUpdate).map(workingGroups)), weight: 2 },
    {
      arbitrary: request(
        'PATCH',
        group.map((path) => `/v2/groups${path}`),
        near(groupRoles),
      ),
      weight: 1,
    },
  );
}

function workingGroups(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  const fields = document as Readonly<Record<string, unknown>>;
  const { apps, groups } = fields;
  return {
    ...fields,
    ...(Array.isArray(apps) ? { apps: apps.map(working) } : {}),
    ...(Array.isArray(groups) ? { groups: groups.map(workingGroups) } : {}),
  };
}

/** With the volume that all containers mount. */
function mounting(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  return { volumes: [{ name: 'v' }], ...document };
}
