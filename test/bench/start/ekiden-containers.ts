import type Docker from 'dockerode';
import type { TestEngine } from '@ekiden/host-docker/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { testDatabases, type TestDatabase } from '../../../libs/store/testing/index.js';
import { Home } from '../../support/home.js';
import { cpuSecondsOf } from '../machine/index.js';
import { DatabaseView, SpawnedServer } from '../service/index.js';
import { COMMAND, IMAGE } from './raw-containers.js';
import { RunningTasks } from './running-tasks.js';

const LIMIT_MS = 180_000;
const RESOURCES = 'cpus:64;mem:65536;disk:100000;ports:[31000-32000]';

export interface ServiceSetting {
  /** Service ports lead to what the engine publishes. */
  readonly routes?: boolean;
  readonly nodeFlags?: readonly string[];
}

/** The built service with one engine, and apps of containers on it. */
export class EkidenContainers {
  private readonly home: Home;
  private readonly server: SpawnedServer;
  private readonly running: RunningTasks;
  private readonly database: TestDatabase;
  private readonly view: DatabaseView;
  private readonly docker: Docker;
  private made = 0;

  private constructor(parts: {
    readonly home: Home;
    readonly server: SpawnedServer;
    readonly running: RunningTasks;
    readonly database: TestDatabase;
    readonly view: DatabaseView;
    readonly docker: Docker;
  }) {
    this.home = parts.home;
    this.server = parts.server;
    this.running = parts.running;
    this.database = parts.database;
    this.view = parts.view;
    this.docker = parts.docker;
  }

  static async open(
    main: string,
    engine: TestEngine,
    { routes = false, nodeFlags = [] }: ServiceSetting = {},
  ): Promise<EkidenContainers> {
    const { docker, url, address, hostAddress } = engine;
    const home = new Home();
    const database = await testDatabases.create();
    const server = await SpawnedServer.spawn({
      script: main,
      nodeFlags,
      args: [
        ...['--data-dir', home.dir, '--log-level', 'error'],
        ...['--router', routes ? 'embedded' : 'none'],
      ],
      env: {
        DATABASE_URL: database.url,
        EKIDEN_DOCKER_HOSTS: `${url}?address=${address}&services=${hostAddress}`,
        EKIDEN_AGENT_RESOURCES: RESOURCES,
      },
    });
    home.noteService(server.pid);
    await server.infoWhere((body) => body.includes('"elected":true'));
    const running = await RunningTasks.open(server.url);
    const view = await DatabaseView.open(database.url);
    return new EkidenContainers({ home, server, running, database, view, docker });
  }

  /** Seconds from the request until the last of them is called running. */
  async start(count: number, withPorts: boolean): Promise<number> {
    this.made += 1;
    const id = `/bench-${this.made}`;
    const begun = performance.now();
    await this.send('POST', '/v2/apps', appOf(id, count, withPorts));
    await this.running.reach(id, count, LIMIT_MS);
    return (performance.now() - begun) / 1_000;
  }

  async send(method: 'POST' | 'PUT', path: string, document: object): Promise<void> {
    const body = JSON.stringify(document);
    const answer = await fetch(`${this.server.url}${path}`, { method, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  }

  /** Waits until nothing is being deployed. */
  async quiet(): Promise<void> {
    const end = performance.now() + LIMIT_MS;
    for (;;) {
      const answer = await fetch(`${this.server.url}/v2/deployments`);
      if (((await answer.json()) as readonly unknown[]).length === 0) return;
      if (performance.now() > end) throw new Error('a deployment does not end');
      await delay(50);
    }
  }

  /** Of the service and its database. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.server.pid) + this.view.cpuSeconds();
  }

  /** Deletes every app, and waits until the engine has none of their containers. */
  async removeAll(): Promise<void> {
    const path = '/v2/groups?force=true';
    const answer = await fetch(`${this.server.url}${path}`, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`DELETE ${path}: ${answer.status} ${await answer.text()}`);
    const end = performance.now() + LIMIT_MS;
    const filters = JSON.stringify({ label: ['ekiden.cluster'] });
    while ((await this.docker.listContainers({ all: true, filters })).length > 0) {
      if (performance.now() > end) throw new Error('containers stay after their apps are gone');
      await delay(50);
    }
  }

  async close(): Promise<void> {
    this.running.close();
    await this.view.close();
    await this.server.stop();
    await this.home.dispose();
    await this.database.drop();
  }
}

function appOf(id: string, instances: number, withPorts: boolean): object {
  return {
    id,
    cmd: COMMAND,
    instances,
    cpus: 0.01,
    mem: 16,
    networks: [{ mode: 'container/bridge' }],
    taskKillGracePeriodSeconds: 0,
    container: {
      type: 'DOCKER',
      docker: { image: IMAGE },
      portMappings: withPorts ? [{ containerPort: 8080, hostPort: 0 }] : [],
    },
  };
}
