import {
  Client,
  Failure,
  NoServer,
  Refusal,
  UsageError,
  serverAddress,
  type Deployment,
  type Group,
} from '../client/index.js';
import { readFolders } from '../documents/index.js';
import { readImport, type Findings } from '../importer/index.js';
import type { Call } from './call.js';
import { listOf, textOf } from './options.js';

/** Definitions to import, and what is known of the service they come from. */
export interface ImportSource {
  readonly from: string;
  readonly findings: Findings;
  readonly oldDefaultRole?: string;
  /** Deployments under way there: what was read may be between two states. */
  readonly unsettled: readonly string[];
}

/** Everything that `--from` and `--file` name. */
export async function loadImport(call: Call): Promise<ImportSource> {
  const from = textOf(call, 'from');
  const files = listOf(call, 'file');
  if ((from === undefined) === (files.length === 0)) {
    throw new UsageError('say where the definitions are: --from http://old:8080, or --file FILE');
  }
  return from === undefined ? loadFiles(call, files) : loadServer(call, from);
}

async function loadFiles({ terminal }: Call, files: readonly string[]): Promise<ImportSource> {
  const { sources, problems } = await readFolders(files, terminal);
  const findings = readImport(sources);
  return {
    from: namesOf(files),
    findings: { ...findings, problems: [...problems, ...findings.problems] },
    unsettled: [],
  };
}

/** Beyond these files are counted, not named. */
const FILES_NAMED = 5;

function namesOf(files: readonly string[]): string {
  if (files.length > FILES_NAMED) return `${files.length} files`;
  return files.map((file) => (file === '-' ? 'the standard input' : file)).join(', ');
}

async function loadServer({ terminal }: Call, from: string): Promise<ImportSource> {
  const client = new Client(serverAddress(from, terminal.env['MARATHON_CREDENTIALS']));
  const embed = ['group.groups', 'group.apps', 'group.pods'];
  const [root, deployments, info] = await Promise.all([
    client.get<Group>('/v2/groups', { embed }).catch(notMarathon(client)),
    optional(client, '/v2/deployments'),
    optional(client, '/v2/info'),
  ]);
  const { marathon_config: config } = (info ?? {}) as {
    readonly marathon_config?: { readonly mesos_role?: unknown };
  };
  const role = config?.mesos_role;
  return {
    from: client.address.shown,
    findings: readImport([{ value: root }]),
    unsettled: (Array.isArray(deployments) ? (deployments as readonly Deployment[]) : []).map(
      ({ id }) => id,
    ),
    ...(typeof role === 'string' ? { oldDefaultRole: role } : {}),
  };
}

function notMarathon(client: Client): (error: unknown) => never {
  return (error) => {
    if (error instanceof NoServer) {
      throw new NoServer(error.message, ['is the old service running, and is this its address?']);
    }
    if (error instanceof Refusal && error.status === 404) {
      throw new Failure(`${client.address.shown} does not speak Marathon's API (no /v2/groups)`);
    }
    throw error;
  };
}

/** Older Marathons and proxies may keep these to themselves. */
async function optional(client: Client, path: string): Promise<unknown> {
  try {
    return await client.find(path);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
