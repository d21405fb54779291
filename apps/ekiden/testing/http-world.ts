import { ManualClock, type Millis } from '@ekiden/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { MetricsRegistry } from '../src/adapters/metrics/index.js';
import { createHttpServer } from '../src/api/index.js';
import type { AppDefinition, PathId } from '../src/core/app/index.js';
import type { RootSnapshot } from '../src/core/group/index.js';
import {
  DEFAULT_SETTINGS,
  type ApiCommand,
  type OrchestratorSettings,
  type Reply,
  type StateView,
} from '../src/core/turn/index.js';
import {
  noTasks,
  type EventSource,
  type LeadershipView,
  type ServiceDoor,
} from '../src/ports/index.js';
import { TEST_RULES } from './test-rules.js';
import { SmallWorld } from './small-world.js';

const NO_EVENTS: EventSource = {
  lastNumber: () => 0,
  subscribe: () => () => undefined,
  read: () => Promise.resolve([]),
};

const LEADING: LeadershipView = {
  elected: true,
  epoch: 1,
  leader: 'node1:8080',
  standby: false,
  waitingFor: undefined,
};

/** What the service answered; `body` is undefined where it is no JSON. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly body: unknown;
}

/**
 * The real HTTP surface over the real core, without a database, and unless given without hosts: every
 * request is a turn of its own, looked after until nothing more follows. Remembers every version, as the store would.
 */
export class HttpWorld {
  private readonly settings: OrchestratorSettings;
  private readonly server: NestFastifyApplication;
  private readonly door: WorldDoor;

  private constructor(
    settings: OrchestratorSettings,
    server: NestFastifyApplication,
    door: WorldDoor,
  ) {
    this.settings = settings;
    this.server = server;
    this.door = door;
  }

  /** `agents`: as `SmallWorldOptions` has them; none unless given. */
  static async open(
    changes: Partial<OrchestratorSettings> = {},
    agents: readonly string[] = [],
  ): Promise<HttpWorld> {
    const settings = { ...DEFAULT_SETTINGS, ...changes };
    const door = new WorldDoor(settings, agents);
    const server = await createHttpServer({
      door,
      identity: {
        hostname: 'node1',
        httpPort: 8080,
        version: '0.0.0',
        database: null,
        versionsKept: 50,
      },
      config: {},
      logLevels: { list: () => [], set: () => false },
      settings,
      log: pino({ level: 'silent' }),
      metrics: new MetricsRegistry(new ManualClock()),
      eventsOutstandingMax: 1_024,
      rules: TEST_RULES,
      exec: { isOn: true, sessionsMax: 4, idleMs: 60_000 },
      inquireQueue: () => ({ goOn: () => ({ answer: [] }) }),
    });
    return new HttpWorld(settings, server, door);
  }

  /** Begins anew with nothing. */
  reset(): void {
    this.door.begin(this.settings);
  }

  get view(): StateView {
    return this.door.state();
  }

  advance(by: Millis): void {
    this.door.advance(by);
  }

  async ask(
    method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT',
    url: string,
    body?: unknown,
  ): Promise<Answered> {
    const response = await this.server.inject({
      method,
      url,
      ...(body === undefined
        ? {}
        : {
            payload: typeof body === 'string' ? body : JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
    });
    return { status: response.statusCode, text: response.body, body: parsed(response.body) };
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

class WorldDoor implements ServiceDoor {
  readonly events = NO_EVENTS;
  readonly tasks = noTasks({ kind: 'unknown', message: 'Nothing runs here' });
  private readonly agents: readonly string[];
  private world: SmallWorld;
  /** Turns of former worlds: numbers of turns never repeat. */
  private formerTurns = 0;
  private versions = new Map<PathId, Map<Millis, AppDefinition>>();
  private roots = new Map<Millis, RootSnapshot>();

  constructor(settings: OrchestratorSettings, agents: readonly string[]) {
    this.agents = agents;
    this.world = new SmallWorld({ agents, settings });
  }

  advance(by: Millis): void {
    this.world.advance(by);
  }

  begin(settings: OrchestratorSettings): void {
    this.formerTurns += this.world.state.turn + 1;
    this.world = new SmallWorld({ agents: this.agents, settings });
    this.versions = new Map();
    this.roots = new Map();
  }

  submit(command: ApiCommand): Promise<Reply> {
    const before = this.world.state.rootVersion;
    const reply = this.world.command(command);
    this.world.settle();
    if (this.world.state.rootVersion !== before) this.remember();
    return Promise.resolve(reply);
  }

  closedPorts(): readonly [] {
    return [];
  }

  state(): StateView {
    const { view } = this.world;
    return { ...view, turn: view.turn + this.formerTurns };
  }

  look(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  leadership(): LeadershipView {
    return LEADING;
  }

  abdicate(): boolean {
    return false;
  }

  now(): Millis {
    return this.world.clock.now();
  }

  appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined> {
    return Promise.resolve(this.versions.get(id)?.get(version));
  }

  appVersions(id: PathId): Promise<readonly Millis[]> {
    return Promise.resolve([...(this.versions.get(id)?.keys() ?? [])].reverse());
  }

  rootVersionsOf(): Promise<readonly Millis[]> {
    return Promise.resolve([...this.roots.keys()].reverse());
  }

  rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined> {
    const root = this.roots.get(version);
    return Promise.resolve(root && below(root, group));
  }

  private remember(): void {
    const { root } = this.world.view;
    for (const app of root.apps.values()) {
      const known = this.versions.get(app.id) ?? new Map<Millis, AppDefinition>();
      this.versions.set(app.id, known.set(app.version, app));
    }
    this.roots.set(root.version, {
      groups: [...root.groups.values()],
      apps: [...root.apps.values()],
    });
  }
}

function below({ groups, apps }: RootSnapshot, group: PathId): RootSnapshot | undefined {
  const inside = (id: PathId): boolean =>
    group === '/' || id === group || id.startsWith(`${group}/`);
  if (group !== '/' && !groups.some(({ id }) => id === group)) return undefined;
  return {
    groups: groups.filter(({ id }) => inside(id)),
    apps: apps.filter(({ id }) => inside(id)),
  };
}

/**
 * The world of the specs of one `describe`, as new for each of them. What it is to hold is put there
 * by a `beforeEach` of the caller's own.
 */
export function useHttpWorld(...options: Parameters<typeof HttpWorld.open>): () => HttpWorld {
  let world: HttpWorld;

  before(async () => {
    world = await HttpWorld.open(...options);
  });

  beforeEach(() => {
    world.reset();
  });

  after(() => world.close());

  return () => world;
}
