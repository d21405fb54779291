import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { docker, linesOf } from './run-tool.js';

const LABEL = 'ekiden.test.packaging';
const PROJECT = 'com.docker.compose.project';

/**
 * Everything of one run on the engine, told by a label, by the project name that Compose gives its
 * things, or by the app whose tasks Ekiden runs in containers. `$1` = the name of all three.
 */
const CLEAN = `
for label in ${LABEL} ${PROJECT}; do
  docker container ls -aq --filter "label=$label=$1" | xargs -r docker container rm -f -v
  docker volume ls -q --filter "label=$label=$1" | xargs -r docker volume rm -f
  docker network ls -q --filter "label=$label=$1" | xargs -r docker network rm
done
docker container ls -aq --filter "label=ekiden.app=/$1" | xargs -r docker container rm -f -v
docker image ls -q --filter "reference=$1*" | xargs -r docker image rm -f
`;

/** What one run makes on the engine. All of it is gone at the end, even when the run is killed. */
export class Workshop {
  /** Also the name of the Compose project, and of the app whose tasks are containers. */
  readonly name = `ekiden-packaging-${randomUUID().slice(0, 8)}`;
  private readonly dismissWatcher = watchOver(this.name);

  /** A name for `docker build -t`. */
  image(name: string): string {
    return `${this.name}-${name}`;
  }

  async volume(): Promise<string> {
    return docker('volume', 'create', '--label', this.label);
  }

  async network(): Promise<string> {
    const name = `${this.name}-${randomUUID().slice(0, 8)}`;
    await docker('network', 'create', '--label', this.label, name);
    return name;
  }

  /** `docker run --detach`; the id of the container. */
  container(...args: readonly string[]): Promise<string> {
    return docker('run', '--detach', '--label', this.label, ...args);
  }

  /** Removes all containers, with the volumes they brought along. */
  async removeContainers(): Promise<void> {
    const ours = ['--all', '--quiet', '--filter', `label=${this.label}`];
    const ids = linesOf(await docker('container', 'ls', ...ours));
    if (ids.length > 0) await docker('container', 'rm', '--force', '--volumes', ...ids);
  }

  /** Containers of the app's tasks that run. */
  async taskContainers(): Promise<readonly string[]> {
    const filter = ['--filter', `label=ekiden.app=/${this.name}`];
    return linesOf(await docker('container', 'ls', '--quiet', ...filter));
  }

  /** What the Compose project of this run still has on the engine. */
  async projectRemains(): Promise<readonly string[]> {
    const filter = ['--filter', `label=${PROJECT}=${this.name}`];
    return [
      ...linesOf(await docker('container', 'ls', '--all', '--quiet', ...filter)),
      ...linesOf(await docker('volume', 'ls', '--quiet', ...filter)),
      ...linesOf(await docker('network', 'ls', '--quiet', ...filter)),
    ];
  }

  /** Removes everything, and the stages of builds that started from `base`. */
  async clean(base: string | undefined): Promise<void> {
    await new Promise((resolve) => {
      const child = spawn('sh', ['-c', CLEAN, 'clean', this.name], { stdio: 'ignore' });
      child.once('close', resolve);
    });
    if (base !== undefined) await removeStages(base);
    this.dismissWatcher();
  }

  private get label(): string {
    return `${LABEL}=${this.name}`;
  }
}

/** The builder keeps its stages as images without a name; they share their first layer with `base`. */
async function removeStages(base: string): Promise<void> {
  const firstLayer = async (image: string): Promise<string> =>
    docker('image', 'inspect', '--format', '{{index .RootFS.Layers 0}}', image);
  const ours = await firstLayer(base);
  const nameless = await docker('image', 'ls', '--quiet', '--filter', 'dangling=true');
  for (const id of linesOf(nameless)) {
    // Others build on this engine too: what was there a moment ago may be gone.
    const layer = await firstLayer(id).catch(() => undefined);
    if (layer === ours) await docker('image', 'rm', id);
  }
}

/** A process in a session of its own, which notices our end by the end of its input. */
function watchOver(name: string): () => void {
  const script = `read -r word && [ "$word" = done ] && exit 0\n${CLEAN}`;
  const child = spawn('sh', ['-c', script, 'watcher', name], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return () => {
    child.stdin.end('done\n');
  };
}
