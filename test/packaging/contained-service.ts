import { Client } from '../support/client.js';
import { until, type AppJson } from '../support/index.js';
import { docker } from './run-tool.js';

const PATIENCE_MS = 90_000;
const PORT = '8080/tcp';

/** Prints what each port on the command line answers, one line each. */
const ASK = `
  const ask = async (port) => (await fetch('http://127.0.0.1:' + port)).text();
  Promise.all(process.argv.slice(1).map(ask)).then((texts) => process.stdout.write(texts.join('')));
`;

/** The service in a container, as its clients see it. */
export class ContainedService {
  readonly api: Client;
  private readonly id: () => Promise<string>;
  private address = '';

  /**
   * `id` finds the container, which a tool may replace; `address` is where the service listens
   * when its port is not published.
   */
  constructor(id: () => Promise<string>, address?: string) {
    this.id = id;
    this.api = new Client(() => address ?? this.address);
  }

  /** Waits until the engine calls it healthy; needed after every start, which may move the port. */
  async healthy(): Promise<void> {
    await until(
      async () => {
        const health = await this.look('{{.State.Health.Status}}');
        if (health !== 'healthy') throw new Error(`${health}: ${await this.log()}`);
        return true;
      },
      'a healthy container',
      PATIENCE_MS,
    );
    const published = await docker('port', await this.id(), PORT).catch(() => '');
    if (published !== '') this.address = `http://${published.split('\n', 1)[0] ?? ''}`;
  }

  async leads(): Promise<void> {
    await until(() => this.api.isLeading(), 'a service that leads', PATIENCE_MS);
  }

  /** Waits until no deployment is left and exactly these tasks run and are well. */
  async settled(id: string, instances: number): Promise<AppJson> {
    return until(
      async () => {
        const app = await this.api.app(id);
        const running = app.tasks.filter(({ state }) => state === 'TASK_RUNNING').length;
        const done = app.deployments.length === 0 && app.tasks.length === instances;
        if (done && running === instances) return app;
        throw new Error(JSON.stringify(app.tasks.map((task) => [task.id, task.state])));
      },
      `${instances} running instances of ${id}`,
      PATIENCE_MS,
    );
  }

  /** Waits until every task of the app answers, asked from inside, and says its own id. */
  async answers(id: string, instances: number): Promise<AppJson> {
    return until(
      async () => {
        const app = await this.settled(id, instances);
        const ports = app.tasks.map(({ ports: [first = 0] }) => String(first));
        const texts = await this.execute('node', '-e', ASK, ...ports);
        return app.tasks.every((task) => texts.includes(`from ${task.id}`)) && app;
      },
      `answers of the tasks of ${id}`,
      PATIENCE_MS,
    );
  }

  /** Runs a command in the container; its output. */
  async execute(...command: readonly string[]): Promise<string> {
    return docker('exec', await this.id(), ...command);
  }

  /** One field of what the engine knows of the container. */
  async look(format: string): Promise<string> {
    return docker('inspect', '--format', format, await this.id());
  }

  async log(): Promise<string> {
    return docker('logs', '--tail', '20', await this.id());
  }
}
