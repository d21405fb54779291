import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { err, ok, seconds, type Millis, type Result } from '@ekiden/kernel';
import Docker, { type ContainerInspectInfo } from 'dockerode';
import { clientOptions, showEngineAddress, type EngineAddress } from './engine-address.js';
import { gatewayIn } from './bridge-gateway.js';
import { parsePathStat, type PathStat } from './path-stat.js';
import { engineAgent, fencedAgent } from './engine-agents.js';
import { callEngine, DEPOSED, type CallBounds, type EngineFailure } from './engine-call.js';
import {
  attachExec,
  runExec,
  type AttachedExec,
  type ExecRequest,
  type RunExec,
} from './engine-exec.js';
import type { ContainerConfig } from './container-config.js';
import type { RegistryLogin } from './registry-login.js';
import { volumeSizesIn } from './volume-sizes.js';

type Answer<T> = Promise<Result<T, EngineFailure>>;

/** How long an engine may take for one request. */
export interface EngineDeadlines {
  /** Looking at things. */
  readonly look: Millis;
  /** Making, starting and removing containers. */
  readonly change: Millis;
}

export const ENGINE_DEADLINES: EngineDeadlines = { look: seconds(20), change: seconds(120) };

/** What an engine says of itself. */
export interface EngineInfo {
  /** Of the engine's data root: two addresses of one engine have the same. */
  readonly id: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly version: string;
}

/** A container as lists show it. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>> | null;
}

export interface LogRequest {
  readonly stream: 'stdout' | 'stderr';
  readonly follow?: boolean;
  /** Each message begins with its time and a blank. */
  readonly stamped?: boolean;
  /** Only messages from this time on, in seconds with a fraction. */
  readonly since?: string;
  readonly signal: AbortSignal;
}

/**
 * The requests we make to one Docker engine, each within a deadline and with its failure as a value.
 * Every request has a connection of its own: an engine that is shutting down serves old connections
 * on and refuses new ones, and that refusal is how we learn of it.
 */
export class Engine {
  readonly name: string;
  private readonly docker: Docker;
  /** For what changes something: asks `mayChange` once more when there is a connection. */
  private readonly fenced: Docker;
  private readonly deadlines: EngineDeadlines;
  private readonly mayChange: () => boolean;

  /**
   * Throws when a TLS file cannot be read. `mayChange`: asked before each request that changes
   * something, and again when there is a connection for it; when it says no the request is not begun
   * (rollouts.md, Leadership).
   */
  constructor(
    address: EngineAddress,
    deadlines: EngineDeadlines = ENGINE_DEADLINES,
    mayChange: () => boolean = () => true,
  ) {
    this.name = showEngineAddress(address);
    const secure = address.kind === 'tcp' && address.certificates !== undefined;
    // The type of the client's options lacks the agent.
    const through = (agent: object): Docker =>
      new Docker({ ...clientOptions(address), ...{ agent } });
    this.docker = through(engineAgent(secure));
    this.fenced = through(fencedAgent({ secure, limit: deadlines.change, mayChange }));
    this.deadlines = deadlines;
    this.mayChange = mayChange;
  }

  async info(deadline = this.deadlines.look): Answer<EngineInfo> {
    const answer = await this.get('/info', deadline);
    if (!answer.ok) return answer;
    const info = answer.value as InfoAnswer;
    const { ID: id, NCPU: cpus, MemTotal: memoryBytes, ServerVersion: version } = info;
    return ok({ id, cpus, memoryBytes, version });
  }

  ping(deadline: Millis, signal?: AbortSignal): Answer<unknown> {
    return this.get('/_ping', deadline, signal);
  }

  /** The id of the container. The configuration goes in the body: environments are no part of URLs. */
  async create(name: string, config: ContainerConfig): Answer<string> {
    const request = { _query: { name }, _body: config };
    const answer = await this.change({}, (abortSignal) =>
      this.fenced.createContainer({ ...request, abortSignal }),
    );
    return answer.ok ? ok(answer.value.id) : answer;
  }

  start(id: string): Answer<unknown> {
    return this.change({}, (abortSignal) => this.fenced.getContainer(id).start({ abortSignal }));
  }

  /** The container's stop signal, SIGKILL after so many whole seconds; answers when it is stopped. */
  stop(id: string, graceSeconds: number): Answer<unknown> {
    const deadline = (this.deadlines.change + graceSeconds * 1000) as Millis;
    return this.change({ deadline }, (abortSignal) =>
      this.fenced.getContainer(id).stop({ t: graceSeconds, abortSignal }),
    );
  }

  kill(id: string): Answer<unknown> {
    return this.change({}, (abortSignal) =>
      this.fenced.getContainer(id).kill({ signal: 'SIGKILL', abortSignal }),
    );
  }

  rename(id: string, name: string): Answer<unknown> {
    return this.change({ deadline: this.deadlines.look }, (abortSignal) =>
      this.fenced.getContainer(id).rename({ name, abortSignal }),
    );
  }

  /** With its anonymous volumes; a running one is killed. */
  remove(id: string): Answer<unknown> {
    return this.removeContainer(id, true);
  }

  /** Refused with 409 when it runs: somebody else has started it. */
  removeUnstarted(id: string): Answer<unknown> {
    return this.removeContainer(id, false);
  }

  private removeContainer(id: string, force: boolean): Answer<unknown> {
    return this.change({}, (abortSignal) =>
      this.fenced.getContainer(id).remove({ force, v: true, abortSignal }),
    );
  }

  /** Refused with 404 when there is none. */
  inspectVolume(name: string): Answer<unknown> {
    return callEngine({ deadline: this.deadlines.look }, (abortSignal) =>
      this.docker.getVolume(name).inspect({ abortSignal }),
    );
  }

  /** Refused with 409 while a container has it. */
  removeVolume(name: string): Answer<unknown> {
    return this.change({}, (abortSignal) => this.fenced.getVolume(name).remove({ abortSignal }));
  }

  /**
   * Bytes of the data of its volumes, by their names, as far as it knows. Engines before 23 measure
   * everything they have for that.
   */
  async volumeSizes(): Answer<ReadonlyMap<string, number>> {
    const { look: deadline } = this.deadlines;
    const answer = await callEngine({ deadline }, (abortSignal) =>
      // As for logs, the client wants the query apart.
      this.dial({ path: '/system/df?', options: { type: 'volume' }, abortSignal, isStream: false }),
    );
    return answer.ok ? ok(volumeSizesIn(answer.value)) : answer;
  }

  inspect(idOrName: string, signal?: AbortSignal): Answer<ContainerInspectInfo> {
    return callEngine(boundsOf(this.deadlines.look, signal), (abortSignal) =>
      this.docker.getContainer(idOrName).inspect({ abortSignal }),
    );
  }

  async list(label: string, signal?: AbortSignal): Answer<readonly ListedContainer[]> {
    const filters = JSON.stringify({ label: [label] });
    const answer = await callEngine(boundsOf(this.deadlines.look, signal), (abortSignal) =>
      this.docker.listContainers({ all: true, filters, abortSignal }),
    );
    if (!answer.ok) return answer;
    return ok(
      answer.value.map(({ Id: id, Names, State: state, Labels }) => {
        const labels: Readonly<Record<string, string>> | null = Labels;
        return { id, name: ownName(Names), state, labels };
      }),
    );
  }

  /** The address of the engine's machine as containers in its default network see it. */
  async bridgeGateway(): Answer<string | undefined> {
    const { look } = this.deadlines;
    const answer = await this.get('/networks/bridge', look);
    // An engine may have been started without that network.
    if (!answer.ok) return answer.error.kind === 'refused' ? ok(undefined) : answer;
    return ok(gatewayIn(answer.value));
  }

  /** Unpacks a tar stream inside a container, which need not run. */
  putArchive(
    id: string,
    archive: NodeJS.ReadableStream,
    path: string,
    signal: AbortSignal,
  ): Answer<unknown> {
    return this.change({ signal }, (abortSignal) =>
      this.fenced.getContainer(id).putArchive(archive, { path, abortSignal }),
    );
  }

  /** What is at a path in a container, which need not run; refused with 404 when nothing is. */
  async stat(id: string, path: string): Answer<PathStat> {
    const answer = await callEngine({ deadline: this.deadlines.look }, async (abortSignal) => {
      const asked = { path, abortSignal };
      const found: unknown = await this.docker.getContainer(id).infoArchive(asked);
      const { headers } = found as IncomingMessage;
      (found as IncomingMessage).resume();
      return parsePathStat(headers['x-docker-container-path-stat']);
    });
    return answer;
  }

  /** A path in a container as a tar stream, folders with all that is in them. */
  getArchive(id: string, path: string, signal: AbortSignal): Answer<Readable> {
    return callEngine({ deadline: this.deadlines.look, signal }, async (abortSignal) => {
      const asked = { path, abortSignal };
      const stream: unknown = await this.docker.getContainer(id).getArchive(asked);
      return stream as Readable;
    });
  }

  /** A stream of JSON lines, one per step; the last one may be an `error`. */
  pull(image: string, login: RegistryLogin | undefined, signal: AbortSignal): Answer<LineStream> {
    const at = splitReference(image);
    const request = { ...at, ...(login === undefined ? {} : { authconfig: login }) };
    return this.change({ signal }, async (abortSignal) => {
      const stream: unknown = await this.fenced.createImage({ ...request, abortSignal });
      return stream as LineStream;
    });
  }

  /** A stream of JSON lines, one per event of containers with this label, until it is destroyed. */
  events(label: string, signal: AbortSignal): Answer<LineStream> {
    const wanted = { type: ['container'], event: ['die', 'destroy'], label: [label] };
    const filters = JSON.stringify(wanted);
    return callEngine({ deadline: this.deadlines.look, signal }, async (abortSignal) => {
      const request: object = { filters, abortSignal };
      const stream: unknown = await this.docker.getEvents(request);
      return stream as LineStream;
    });
  }

  /** The newest lines of both streams with their times, framed unless the container has a terminal. */
  async logs(id: string, lines: number): Answer<Buffer> {
    const options = { stdout: '1', stderr: '1', timestamps: '1', tail: `${lines}` };
    return callEngine({ deadline: this.deadlines.look }, async (abortSignal) => {
      const stream = await this.dialLogs(id, options, abortSignal);
      return Buffer.concat((await stream.toArray()) as Buffer[]);
    });
  }

  /**
   * One stream of a container's output as it is kept, framed unless it has a terminal; with `follow`
   * until the container ends or the signal comes.
   */
  output(id: string, { stream, signal, ...wanted }: LogRequest): Answer<Readable> {
    const options = {
      [stream]: '1',
      ...(wanted.follow === true ? { follow: '1' } : {}),
      ...(wanted.stamped === true ? { timestamps: '1' } : {}),
      ...(wanted.since === undefined ? {} : { since: wanted.since }),
    };
    return callEngine({ deadline: this.deadlines.look, signal }, async (abortSignal) => {
      const answer = await this.dialLogs(id, options, abortSignal);
      signal.addEventListener('abort', () => answer.destroy(), { once: true });
      return answer;
    });
  }

  /** Starts a command inside a running container for somebody who stays connected to it. */
  attach(id: string, request: ExecRequest): Answer<AttachedExec> {
    return attachExec(this.docker, id, request, this.deadlines.look);
  }

  /** Starts a command inside a running container; its output, framed, until it ends. */
  exec(id: string, command: readonly string[], user?: string): Answer<RunExec> {
    return runExec(
      this.docker,
      id,
      { command, ...(user !== undefined && { user }) },
      this.deadlines.look,
    );
  }

  private change<T>(
    bounds: Partial<CallBounds>,
    request: (signal: AbortSignal) => Promise<T>,
  ): Answer<T> {
    if (!this.mayChange()) return Promise.resolve(err(DEPOSED));
    return callEngine({ deadline: this.deadlines.change, ...bounds }, request);
  }

  private get(path: string, deadline: Millis, signal?: AbortSignal): Answer<unknown> {
    return callEngine(boundsOf(deadline, signal), (abortSignal) =>
      this.dial({ path, abortSignal, isStream: false }),
    );
  }

  /** As a stream, because the client takes for JSON what looks like it. */
  private async dialLogs(
    id: string,
    options: Readonly<Record<string, string>>,
    abortSignal: AbortSignal,
  ): Promise<Readable> {
    // The client wants the query apart: of a path with one it cuts the last character off.
    const path = `/containers/${encodeURIComponent(id)}/logs?`;
    return (await this.dial({ path, options, abortSignal, isStream: true })) as Readable;
  }

  private dial(
    request: Pick<Dialled, 'path' | 'options' | 'abortSignal' | 'isStream'>,
  ): Promise<unknown> {
    const modem = this.docker.modem as Modem;
    return new Promise<unknown>((resolve, reject) => {
      const asked = { ...request, method: 'GET', statusCodes: { 200: true } } as const;
      modem.dial(asked, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  }
}

function boundsOf(deadline: Millis, signal: AbortSignal | undefined): CallBounds {
  return { deadline, ...(signal === undefined ? {} : { signal }) };
}

/** The client's own door for requests it has no fitting method for. */
interface Modem {
  dial(request: Dialled, done: (error: Error | null, answer: unknown) => void): void;
}

interface Dialled {
  readonly path: string;
  /** The query; `path` ends with a question mark then. */
  readonly options?: Readonly<Record<string, string>>;
  readonly method: 'GET';
  readonly statusCodes: Readonly<Record<number, true>>;
  readonly abortSignal: AbortSignal;
  readonly isStream: boolean;
}

/** What the client hands out for streams: the answer of the HTTP request. */
export type LineStream = Readable;

interface InfoAnswer {
  readonly ID: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly ServerVersion: string;
}

/** Links give a container more names, each below the name of the container that has the link. */
function ownName(names: readonly string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') === 0) ?? '';
  return own.slice(1);
}

/** `repository`, `tag` or digest of an image as the pull request wants them. */
function splitReference(image: string): { readonly fromImage: string; readonly tag: string } {
  const digest = image.indexOf('@');
  if (digest > 0) return { fromImage: image.slice(0, digest), tag: image.slice(digest + 1) };
  const colon = image.indexOf(':', image.lastIndexOf('/') + 1);
  if (colon < 0) return { fromImage: image, tag: 'latest' };
  return { fromImage: image.slice(0, colon), tag: image.slice(colon + 1) };
}
