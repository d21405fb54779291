import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  readSettings,
  settingsMarkdown,
  type Settings,
} from '../../apps/ekiden/src/settings/index.js';
import {
  composeLines,
  composeValues,
  imageEnvironment,
  instructions,
  reachesBuilder,
} from './packaging-files.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const LOOPBACK = '127.0.0.1';

function accepted(env: Record<string, string>): Settings {
  const outcome = readSettings({ args: [], env, workingDirectory: '/app', machineName: 'node1' });
  if (outcome.kind !== 'settings') throw new Error(JSON.stringify(outcome));
  return outcome.settings;
}

/** What the service in the Compose project sees: the image's variables under its own. */
function composeEnvironment(): Record<string, string> {
  return { ...imageEnvironment(), ...composeValues('services', 'ekiden', 'environment') };
}

describe('Dockerfile and docker-compose.yml', () => {
  it('set only variables that are settings', () => {
    const known = new Set(
      [...settingsMarkdown().matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name),
    );
    const unknown = Object.keys(composeEnvironment()).filter((name) => !known.has(name));
    expect(unknown).to.deep.equal([]);
  });

  it('give them values that the service accepts', () => {
    expect(accepted(imageEnvironment()).httpAddress).to.equal('0.0.0.0');
    expect(accepted(composeEnvironment()).databaseUrl).to.be.a('string');
  });

  it('agree on the port: exposed, listened on, asked for health', () => {
    const { httpPort } = accepted(imageEnvironment());
    expect(instructions('EXPOSE')).to.deep.equal([String(httpPort)]);
    const [check = ''] = instructions('HEALTHCHECK');
    expect(check).to.contain('EKIDEN_HTTP_PORT').and.contain(`|| ${httpPort})`);
    expect(accepted(composeEnvironment()).httpPort).to.equal(httpPort);
  });

  it('agree on the data directory', () => {
    const { dataDir } = accepted(imageEnvironment());
    expect(instructions('VOLUME')).to.deep.equal([dataDir]);
    expect(composeLines('services', 'ekiden', 'volumes')).to.include(`ekiden-data:${dataDir}`);
  });

  it('start what `npm start` starts', () => {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const [entry = '[]'] = instructions('ENTRYPOINT');
    const words = JSON.parse(entry) as readonly string[];
    expect(words.slice(2).join(' ').replace('/app/', '')).to.equal(scripts['start']);
  });

  it('connect the service to the database that the project starts', () => {
    const database = composeValues('services', 'postgres', 'environment');
    const [published = ''] = composeLines('services', 'postgres', 'ports');
    const url = new URL(accepted(composeEnvironment()).databaseUrl ?? '');
    expect(`${url.hostname}:${url.port}:5432`).to.equal(published);
    expect(url.username).to.equal(database['POSTGRES_USER']);
    expect(url.password).to.equal(database['POSTGRES_PASSWORD']);
    expect(url.pathname).to.equal(`/${database['POSTGRES_DB'] ?? ''}`);
  });

  it('open nothing beyond this machine', () => {
    const { httpAddress, serviceAddress } = accepted(composeEnvironment());
    expect([httpAddress, serviceAddress]).to.deep.equal([LOOPBACK, LOOPBACK]);
    for (const port of composeLines('services', 'postgres', 'ports')) {
      expect(port.startsWith(`${LOOPBACK}:`), port).to.equal(true);
    }
  });
});

describe('.dockerignore', () => {
  const refused = [
    ...['node_modules/nest/index.js', 'apps/ekiden/node_modules/x/index.js', 'libs/a/node_modules'],
    ...['dist/apps/ekiden/src/main.js', 'apps/ekiden/dist/main.js', '.ekiden/agent-id'],
    ...['apps/ekiden/.ekiden/agent-id', '.git/config', '.env', 'docs/packaging.md'],
    ...['libs/kernel/src/mailbox.spec.ts', 'test/run.mjs'],
  ];
  for (const path of refused) {
    it(`keeps ${path} from the builder`, () => {
      expect(reachesBuilder(path)).to.equal(false);
    });
  }

  it('lets everything through that the Dockerfile copies', () => {
    const sources = instructions('COPY')
      .filter((line) => !line.startsWith('--from='))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(sources).to.include.members(['package.json', 'apps', 'libs', 'migrations']);
    for (const source of sources) {
      expect(existsSync(join(REPOSITORY, source)), source).to.equal(true);
      expect(reachesBuilder(source), source).to.equal(true);
      expect(reachesBuilder(`${source}/ekiden/src/main.ts`), source).to.equal(true);
    }
  });
});
