import {
  ChanceIdSource,
  SeededChance,
  Table,
  millis,
  type AgentId,
  type Millis,
  type TaskId,
  ManualClock,
} from '@ekiden/kernel';
import { createMaster, type FrameworkId } from '@ekiden/offers';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { MetricsRegistry } from '../adapters/metrics/index.js';
import { safePath, type AppDefinition, type PathId } from '../core/app/index.js';
import type { Deployment, Forecast } from '../core/deployment/index.js';
import type { RootSnapshot } from '../core/group/index.js';
import type { Condition, Instance, InstanceId } from '../core/instance/index.js';
import type { QueueEntry } from '../core/matching/index.js';
import {
  NOTHING_CONFIRMED,
  DEFAULT_SETTINGS,
  appVersionKey,
  emptyRows,
  type ApiCommand,
  type Look,
  type OrchestratorRows,
  type Reply,
  type StateView,
} from '../core/turn/index.js';
import {
  noTasks,
  type EventSource,
  type LeadershipView,
  type LogLevels,
  type NamedLevel,
  type ServiceDoor,
  type TaskAccess,
} from '../ports/index.js';
import { TEST_RULES } from '../../testing/test-rules.js';
import { createHttpServer } from './create-http-server.js';
import type { TransportRules } from './transport/index.js';

export const NOW = millis(Date.parse('2021-03-04T05:06:10.080Z'));
export const VERSION = millis(Date.parse('2021-03-04T05:06:07.080Z'));
export const VERSION_TEXT = '2021-03-04T05:06:07.080Z';
export const DEPLOYMENT_ID = '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11';
export const UUID = '4a5c2b10-7c1e-11eb-9439-0242ac130002';

/** Of plans that start nothing. */
export const NO_FORECAST: Forecast = { placements: [], waiting: [], agents: 1, leftOut: 0 };

export const DEPLOYED: Reply = {
  kind: 'deployed',
  deploymentId: DEPLOYMENT_ID,
  version: VERSION,
  isNew: false,
};

const LEADING: LeadershipView = {
  elected: true,
  epoch: 1,
  leader: 'node1:8080',
  standby: false,
  waitingFor: undefined,
};

const NO_EVENTS: EventSource = {
  lastNumber: () => 0,
  subscribe: () => () => undefined,
  read: () => Promise.resolve([]),
};

/** Two loggers. */
class FakeLevels implements LogLevels {
  private level = 'info';
  private changed = false;

  list(): readonly NamedLevel[] {
    return [
      { logger: 'ROOT', level: 'info', isInherited: false },
      { logger: 'ekiden.http', level: this.level, isInherited: !this.changed },
    ];
  }

  set(logger: string, level: string): boolean {
    if (logger !== 'ekiden.http') return false;
    this.level = level;
    this.changed = true;
    return true;
  }
}

/** A service of which every answer is laid down, and every command is kept. */
export class FakeService implements ServiceDoor {
  rows: OrchestratorRows = emptyRows();
  events: EventSource = NO_EVENTS;
  commands: ApiCommand[] = [];
  log: string[] = [];
  /** What groups were at `VERSION`. */
  history = new Map<PathId, RootSnapshot>();
  reply: Reply = DEPLOYED;
  ready = true;
  databaseAway = false;
  turn = 1;
  settings = DEFAULT_SETTINGS;
  queue: readonly QueueEntry[] = [];
  frozen = new Map<PathId, string>();
  view = LEADING;
  abdications = 0;
  tasks: TaskAccess = noTasks({ kind: 'unknown', message: 'No such task' });
  master = createMaster();
  metrics = new MetricsRegistry(new ManualClock());

  /** As new, in a later turn. */
  reset(): void {
    Object.assign(this, new FakeService(), { turn: this.turn + 1 });
  }

  submit(command: ApiCommand): Promise<Reply> {
    this.commands.push(command);
    return Promise.resolve(this.reply);
  }

  state(): StateView | undefined {
    if (!this.ready) return undefined;
    const { apps, groups, ...rows } = this.rows;
    return {
      ...rows,
      turn: this.turn,
      root: { version: VERSION, groups, apps },
      frozen: this.frozen,
      healthHolds: new Table({ app: (hold) => hold.apps }),
      killAsks: new Table({ app: (ask) => [ask.appId] }),
      drains: new Table({ app: (drain) => [drain.appId] }),
      confirmed: NOTHING_CONFIRMED,
      traffic: new Table(),
      addresses: new Table(),
      leaving: new Table(),
      evictions: new Table({ app: (row) => [row.appId], for: (row) => [row.forApp] }),
      master: this.master,
      frameworkId: 'framework-1' as FrameworkId,
    };
  }

  closedPorts(): readonly [] {
    return [];
  }

  look<T>(read: (look: Look) => T): Promise<T | undefined> {
    const state = this.state();
    if (state === undefined || this.databaseAway) return Promise.resolve(undefined);
    const chance = new SeededChance(1);
    const ids = new ChanceIdSource(chance);
    const master = this.master.begin({ now: NOW, chance, ids, epoch: 1 });
    return Promise.resolve(read({ state, master, now: NOW }));
  }

  leadership(): LeadershipView {
    return this.view;
  }

  abdicate(): boolean {
    const { elected } = this.view;
    if (elected) this.abdications += 1;
    return elected;
  }

  now(): Millis {
    return NOW;
  }

  appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined> {
    return Promise.resolve(this.rows.appVersions.get(appVersionKey(id, version)));
  }

  appVersions(id: PathId): Promise<readonly Millis[]> {
    if (this.databaseAway) return Promise.reject(new Error('connection lost'));
    return Promise.resolve(this.rows.appVersions.by('app', id).map(({ version }) => version));
  }

  rootVersionsOf(group: PathId): Promise<readonly Millis[]> {
    return Promise.resolve(this.history.has(group) ? [VERSION] : []);
  }

  rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined> {
    return Promise.resolve(version === VERSION ? this.history.get(group) : undefined);
  }

  put(app: AppDefinition): AppDefinition {
    this.rows.apps.put(app.id, app);
    this.rows.appVersions.put(appVersionKey(app.id, app.version), app);
    return app;
  }

  putGroup(id: string): void {
    const group = { id: id as PathId, dependencies: [], enforceRole: false };
    this.rows.groups.put(group.id, group);
  }

  run(app: AppDefinition, condition: Condition, given: Partial<Instance['task']> = {}): Instance {
    const made = instance(app, condition, given);
    this.rows.instances.put(made.id, made);
    return made;
  }

  async serve(rules: Partial<TransportRules> = {}): Promise<NestFastifyApplication> {
    const sink = { write: (line: string) => this.log.push(line) };
    return createHttpServer({
      door: this,
      identity: {
        hostname: 'node1',
        httpPort: 8080,
        version: '0.1.0',
        database: null,
        versionsKept: 50,
      },
      config: { EKIDEN_HTTP_PORT: 8080, DATABASE_URL: null },
      logLevels: new FakeLevels(),
      settings: this.settings,
      log: pino({ level: 'debug' }, sink),
      metrics: this.metrics,
      eventsOutstandingMax: 1_024,
      rules: { ...TEST_RULES, ...rules },
      exec: { isOn: true, sessionsMax: 4, idleMs: 60_000 },
      inquireQueue: () => ({ goOn: () => ({ answer: this.queue }) }),
    });
  }
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Ask = (
  method: Method,
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => ReturnType<typeof askServer>;

/** Sends a request in memory; a body as JSON. */
export function askServer(
  app: NestFastifyApplication,
  method: Method,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  if (body === undefined) return app.inject({ method, url, headers });
  return app.inject({
    method,
    url,
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export function definition(id: string, given: Partial<AppDefinition> = {}): AppDefinition {
  return {
    id: id as PathId,
    cmd: './serve',
    env: {},
    labels: {},
    instances: 1,
    cpus: 1,
    mem: 128,
    disk: 0,
    gpus: 0,
    executor: '',
    constraints: [],
    role: '*',
    fetch: [],
    networks: [{ mode: 'host', labels: {} }],
    portDefinitions: [{ port: 10_000, name: 'default', protocol: 'tcp', labels: {} }],
    requirePorts: false,
    backoffSeconds: 1,
    backoffFactor: 1.15,
    maxLaunchDelaySeconds: 300,
    healthChecks: [],
    readinessChecks: [],
    dependencies: [],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1 },
    killSelection: 'YOUNGEST_FIRST',
    unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 },
    secrets: {},
    version: VERSION,
    versionInfo: { lastScalingAt: VERSION, lastConfigChangeAt: VERSION },
    ...given,
  };
}

/** The instance with the fixed id; `task` undefined in `given` leaves the defaults. */
export function instance(
  app: AppDefinition,
  condition: Condition,
  given: Partial<Instance['task']> = {},
): Instance {
  const id = `${safePath(app.id)}.instance-${UUID}` as InstanceId;
  return {
    id,
    appId: app.id,
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
    goal: 'Running',
    condition,
    incarnation: 1,
    createdAt: VERSION,
    since: VERSION,
    task: {
      id: `${id}._app.1` as TaskId,
      agentId: 'agent-1' as AgentId,
      host: 'node1',
      hostPorts: [31_022],
      ipAddresses: ['127.0.0.1'],
      state: 'TASK_RUNNING',
      stagedAt: millis(VERSION + 20),
      startedAt: millis(VERSION + 1_000),
      ...given,
    },
  };
}

export function running(app: AppDefinition, given: Partial<Deployment> = {}): Deployment {
  return {
    id: DEPLOYMENT_ID,
    plan: {
      id: DEPLOYMENT_ID,
      parent: millis(VERSION - 1_000),
      version: VERSION,
      steps: [
        { actions: [{ kind: 'StartApplication', app: app.id }] },
        { actions: [{ kind: 'ScaleApplication', app: app.id }] },
      ],
      changes: [{ id: app.id, after: app }],
      groupChanges: [],
      sentenced: {},
      warnings: [],
    },
    status: 'running',
    step: 1,
    announced: true,
    startedAt: VERSION,
    progressAt: VERSION,
    ...given,
  };
}

export function entry(app: AppDefinition, given: Partial<QueueEntry> = {}): QueueEntry {
  return {
    app,
    count: 1,
    since: VERSION,
    delay: { timeLeftSeconds: 0, overdue: true },
    processedOffers: 3,
    unusedOffers: 3,
    lastUnusedOfferAt: VERSION,
    lastOffers: 2,
    lastRefusals: { InsufficientCpus: 2 },
    attemptRefusals: { UnfulfilledRole: 1, InsufficientCpus: 2 },
    reasons: ['no agent has room'],
    agents: [
      {
        agentId: 'agent-1' as AgentId,
        hostname: 'node1',
        offerId: 'offer-1',
        offeredAt: VERSION,
        refusals: ['InsufficientCpus'],
        sentences: ['cpus: wants 4, offered 0.5'],
        resources: [{ name: 'cpus', role: '*', scalar: 0.5 }],
        attributes: [],
      },
    ],
    ...given,
  };
}

/** Serves a service that is as new for each test; its rows are put there by the caller. */
export function useFakeService(): {
  readonly service: FakeService;
  readonly server: () => NestFastifyApplication;
  readonly ask: Ask;
} {
  const service = new FakeService();
  let app: NestFastifyApplication;

  before(async () => {
    app = await service.serve();
  });

  after(async () => {
    await app.close();
  });

  beforeEach(() => {
    service.reset();
  });

  return { service, server: () => app, ask: (...request) => askServer(app, ...request) };
}
