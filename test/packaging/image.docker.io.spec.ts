import { expect } from 'chai';
import { testRun } from '@ekiden/testkit';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, freePorts, greetingOn, sleeper, until, type AppBody } from '../support/index.js';
import { ContainedService } from './contained-service.js';
import { localBase, localPostgres, needPackage } from './local-base.js';
import { CLASSIC_BUILDER, docker, linesOf, run } from './run-tool.js';
import { Workshop } from './workshop.js';

/*
 * Builds the Dockerfile and runs what comes of it; minutes, so `npm run test:long` only. No image
 * registry is needed: the base images are made here (local-base.ts).
 */

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const MINUTE = 60_000;
const MEGABYTE = 1_000_000;
/** Node modules, the embedded Postgres among them, and the service. */
const ADDED_MAX = 150;
const PUBLISHED = ['--publish', '127.0.0.1::8080'];
const DATA = '/var/lib/ekiden';
const SOCKET = '/var/run/docker.sock';

/** examples/hello.json, as the README posts it: three processes with health checks. */
const HELLO = JSON.parse(
  readFileSync(new URL('../../examples/hello.json', import.meta.url), 'utf8'),
) as AppBody;

/** Prints what a Docker engine says to a ping on its socket. */
const PING_ENGINE = `
  const where = { socketPath: '${SOCKET}', path: '/_ping' };
  require('node:http').get(where, (answer) => answer.pipe(process.stdout));
`;

/** Says who it is on port 8000, on every address of its container. */
const GREETER = `require('node:http')
  .createServer((_, answer) => answer.end('Hello from ' + process.env.MESOS_TASK_ID))
  .listen(8000)`;

/** Two containers of an image that the engine has already. */
function containedGreeter(id: string, image: string, servicePort: number): AppBody {
  return {
    id,
    args: ['node', '-e', GREETER],
    instances: 2,
    cpus: 0.05,
    mem: 64,
    networks: [{ mode: 'container/bridge' }],
    container: {
      type: 'DOCKER',
      docker: { image },
      portMappings: [{ containerPort: 8000, hostPort: 0, servicePort }],
    },
    healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0 }],
  };
}

/** Prints the processes that ended and were not collected. */
const ZOMBIES = `grep -l '^State:.Z' /proc/[0-9]*/status || true`;

async function sizeOf(image: string): Promise<number> {
  return Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / MEGABYTE;
}

/** Ids of the tasks, which tell one life of a task from the next. */
function idsOf({ tasks }: { readonly tasks: readonly { readonly id: string }[] }): string[] {
  return tasks.map(({ id }) => id).sort();
}

function describePackaging(): void {
  const workshop = new Workshop();
  const image = workshop.image('service');
  let base: string | undefined;
  let postgres = '';

  before('make the base images, and build', async () => {
    base = await localBase();
    postgres = await localPostgres(base);
    const from = ['--network=host', '--build-arg', `BASE=${base}`];
    await docker('build', ...from, '--tag', image, REPOSITORY);
  });

  after('remove everything', async () => workshop.clean(base));

  async function start(...args: readonly string[]): Promise<ContainedService> {
    const id = await workshop.container(...PUBLISHED, ...args);
    const service = new ContainedService(() => Promise.resolve(id));
    await service.healthy();
    return service;
  }

  describe('The image', () => {
    afterEach('remove the containers', async () => workshop.removeContainers());

    it('is small, runs as no root and leaves TypeScript out', async () => {
      const [all, below] = [await sizeOf(image), await sizeOf(base ?? '')];
      const added = Math.round(all - below);
      console.log(`      image: ${Math.round(all)} MB, of which ${added} MB on top of its base`);
      expect(added).to.be.lessThan(ADDED_MAX);
      const look = 'id -u; ls -d /app/node_modules/typescript /app/node_modules/mocha || true';
      const inside = ['run', '--rm', '--entrypoint', 'sh', image, '-c', look];
      expect(await docker(...inside)).to.equal('10001');
    });

    it('hands flags to the service', async () => {
      const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
        readonly version: string;
      };
      expect(await docker('run', '--rm', image, '--version')).to.equal(version);
      expect(await docker('run', '--rm', image, '--help')).to.contain('--http-port');
    });

    it('runs apps on the embedded database and is back with them after a restart', async () => {
      const service = await start('--volume', `${await workshop.volume()}:${DATA}`, image);
      await service.leads();
      await service.api.ask('POST', '/v2/apps', HELLO);
      const before = await service.answers('/hello', 3);
      for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/openapi.json']) {
        expect((await service.api.ask('GET', path)).text.length, path).to.be.greaterThan(1_000);
      }

      await docker('stop', await service.look('{{.Id}}'));
      expect(await service.look('{{.State.ExitCode}}')).to.equal('0');
      await docker('start', await service.look('{{.Id}}'));
      await service.healthy();
      const after = await service.answers('/hello', 3);
      expect(after.version).to.equal(before.version);
      // Plain commands end with the container.
      expect(idsOf(after)).to.not.have.members(idsOf(before));

      await service.api.ask('DELETE', '/v2/apps/hello');
      await until(async () => (await service.api.apps()).length === 0, 'no app');
      await until(async () => (await service.execute('sh', '-c', ZOMBIES)) === '', 'no zombie');
    });

    it('is replaced by another one on the same volume, even when it was killed', async () => {
      const data = ['--volume', `${await workshop.volume()}:${DATA}`];
      const first = await start(...data, image);
      await first.leads();
      await first.api.ask('POST', '/v2/apps', HELLO);
      const { version } = await first.answers('/hello', 3);
      await docker('rm', '--force', await first.look('{{.Id}}'));

      const second = await start(...data, image);
      expect((await second.answers('/hello', 3)).version).to.equal(version);
    });

    it('runs on a database server, and is well while that is not there yet', async () => {
      const network = await workshop.network();
      const url = 'postgres://walker:secret@database:5432/walks';
      const service = await start('--network', network, '--env', `DATABASE_URL=${url}`, image);
      expect(await service.api.isLeading()).to.equal(false);
      const variables = { USER: 'walker', PASSWORD: 'secret', DB: 'walks' };
      await workshop.container(
        ...['--network', network, '--network-alias', 'database'],
        ...Object.entries(variables).flatMap(([k, v]) => ['--env', `POSTGRES_${k}=${v}`]),
        postgres,
      );
      await service.leads();
      await service.api.ask('POST', '/v2/apps', HELLO);
      await service.answers('/hello', 3);
      expect(await service.execute('ls', DATA)).to.not.contain('postgres');
    });

    it('may use the engine when it is given its socket and the group of that', async () => {
      const group = ['--group-add', String(statSync(SOCKET).gid)];
      const service = await start(...group, '--volume', `${SOCKET}:${SOCKET}`, image);
      expect(await service.execute('id', '-u')).to.equal('10001');
      expect(await service.execute('node', '-e', PING_ENGINE)).to.equal('OK');
    });

    it('runs as root too, the embedded database as somebody else', async () => {
      const service = await start('--user', '0:0', image);
      await service.leads();
      expect(await service.execute('stat', '-c', '%u', `${DATA}/postgres/cluster`)).to.equal(
        '65534',
      );
    });
  });

  describe('docker-compose.yml', () => {
    let scratch = '';
    let compose: (...args: readonly string[]) => Promise<string>;
    let service: ContainedService;

    before('have a place for what differs here: images and free ports', async () => {
      needPackage('docker-compose');
      scratch = mkdtempSync(join(tmpdir(), 'ekiden-compose-'));
      const override = join(scratch, 'override.json');
      const build = { args: { BASE: base }, network: 'host' };
      const services = { postgres: { image: postgres }, ekiden: { build } };
      writeFileSync(override, JSON.stringify({ services }));
      const [http = 0, database = 0] = await freePorts(2);
      const env = {
        ...CLASSIC_BUILDER,
        EKIDEN_HTTP_PORT: String(http),
        EKIDEN_DB_PORT: String(database),
        EKIDEN_DB_PASSWORD: 'another1',
      };
      const files = ['--file', join(REPOSITORY, 'docker-compose.yml'), '--file', override];
      compose = (...args) =>
        run('docker-compose', ['--project-name', workshop.name, ...files, ...args], {
          env,
          limitMs: 15 * MINUTE,
        });
      const id = async (): Promise<string> => compose('ps', '--quiet', 'ekiden');
      service = new ContainedService(id, `http://127.0.0.1:${http}`);
    });

    after('take it down', async () => {
      if (existsSync(scratch)) await compose('down', '--volumes', '--rmi', 'local');
      rmSync(scratch, { recursive: true, force: true });
    });

    it('brings up database and service, which runs apps on this machine', async () => {
      await compose('up', '--detach', '--build');
      await service.healthy();
      await service.leads();
      const servicePort = await freePort();
      const hello = { ...HELLO, portDefinitions: [{ port: servicePort, name: 'http' }] };
      await service.api.ask('POST', '/v2/apps', hello);
      const { tasks } = await service.answers('/hello', 3);
      for (const { id, ports } of tasks) {
        expect(await greetingOn(ports[0] ?? 0)).to.equal(`Hello from ${id}`);
      }
      await until(() => greetingOn(servicePort), 'an answer on the service port');
    });

    it("gives the service this machine's Docker engine, and a task without rights none", async () => {
      expect(await service.execute('node', '-e', PING_ENGINE)).to.equal('OK');
      const closed = `test ! -w ${SOCKET} && exec sleep 1000`;
      const app = sleeper('/plain', 1, { user: 'nobody', cmd: closed });
      await service.api.ask('POST', '/v2/apps', app);
      await service.settled('/plain', 1);
    });

    it("runs apps in containers of this machine's Docker engine, and sees to them", async () => {
      const servicePort = await freePort();
      const id = `/${workshop.name}`;
      await service.api.ask('POST', '/v2/apps', containedGreeter(id, base ?? '', servicePort));
      // The deployment ends when the health checks have reached every container.
      await service.answers(id, 2);
      expect(await workshop.taskContainers()).to.have.length(2);
      await until(() => greetingOn(servicePort), 'an answer on the service port');
    });

    it('has everything again after a restart, and after it was taken down and up', async () => {
      const id = `/${workshop.name}`;
      const { version } = await service.settled('/hello', 3);
      const contained = idsOf(await service.settled(id, 2));
      const renewals = [
        () => compose('restart', 'ekiden'),
        () => compose('down').then(() => compose('up', '--detach')),
      ];
      for (const renew of renewals) {
        await renew();
        await service.healthy();
        expect((await service.answers('/hello', 3)).version).to.equal(version);
        // Containers beside the service run on.
        expect(idsOf(await service.answers(id, 2))).to.deep.equal(contained);
      }
    });

    it('leaves nothing behind', async () => {
      await service.api.ask('DELETE', `/v2/apps/${workshop.name}`);
      await until(async () => (await workshop.taskContainers()).length === 0, 'no container');
      const images = async (): Promise<readonly string[]> =>
        linesOf(await docker('image', 'ls', '--quiet', `${workshop.name}_ekiden`));
      expect(await images()).to.have.length(1);
      await compose('down', '--volumes', '--rmi', 'local');
      expect(await images()).to.deep.equal([]);
      expect(await workshop.projectRemains()).to.deep.equal([]);
    });
  });
}

if (testRun.long) {
  describe('Packaging', function describeLong() {
    this.timeout(20 * MINUTE);
    describePackaging();
  });
}
