import { lchown, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '@ekiden/kernel';
import type { HostFailure, TaskSpec } from '@ekiden/host';
import type { Fetcher } from '@ekiden/fetcher';
import { accountOf, type Account } from './account.js';
import type { HeldTask } from './held-task.js';
import type { Layout } from './layout.js';
import type { LocalVolumes } from './local-volumes.js';
import type { LeaseOwner, PortLeases } from './port-leases.js';
import { portsInUse } from './port-probe.js';
import { ownIdentity } from './proc.js';
import { linkShared } from './shared-folders.js';

export interface TaskPreparerOptions {
  readonly fetcher: Pick<Fetcher, 'fetch'>;
  readonly leases: PortLeases;
  readonly layout: Layout;
  readonly owner: (spec: TaskSpec) => LeaseOwner;
  readonly volumes: Pick<LocalVolumes, 'open'>;
}

/** Makes all ready that a task needs before it can start. Takes nothing away when it fails. */
export class TaskPreparer {
  private readonly options: TaskPreparerOptions;

  constructor(options: TaskPreparerOptions) {
    this.options = options;
  }

  /** Records, ports, sandbox and files; `signal` gives it up, also in the middle of a download. */
  async prepare(
    { spec, records, sandbox }: HeldTask,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>> {
    const account = await accountOf(spec.user);
    if (!account.ok) return account;
    await records.create(spec);
    const ports = await this.reserve(spec);
    if (!ports.ok) return ports;
    await rm(sandbox, { recursive: true, force: true });
    await mkdir(sandbox, { recursive: true, mode: 0o755 });
    await linkShared(this.options.layout, sandbox, spec);
    const linked = await this.link(spec, sandbox, account.value);
    if (!linked.ok) return linked;
    const fetched = await this.options.fetcher.fetch(spec.fetch, sandbox, signal);
    if (!fetched.ok) return fetched;
    if (signal.aborted) return err(cancelled());
    if (account.value !== undefined) await giveTo(sandbox, account.value);
    return ok(undefined);
  }

  /** Data shows in the sandbox under the name the app has given it. */
  private async link(
    { volumes = [] }: TaskSpec,
    sandbox: string,
    account: Account | undefined,
  ): Promise<Result<void, HostFailure>> {
    for (const volume of volumes) {
      const folder = await this.options.volumes.open(volume, account);
      if (!folder.ok) return folder;
      const link = join(sandbox, volume.containerPath);
      await mkdir(dirname(link), { recursive: true });
      await symlink(folder.value, link);
    }
    return ok(undefined);
  }

  private async reserve(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    const { ports } = spec;
    const { leases, owner } = this.options;
    const leased = await leases.acquire(ports, owner(spec), [ownIdentity()]);
    const taken = leased.length > 0 ? leased : await portsInUse(ports);
    if (taken.length === 0) return ok(undefined);
    const plural = taken.length === 1 ? 'port is' : 'ports are';
    const message = `Host ${plural} taken: ${taken.join(', ')}`;
    return err({ kind: 'portTaken', ports: taken, message });
  }
}

export function cancelled(): HostFailure {
  return { kind: 'cancelled', message: 'The launch was given up' };
}

/** Hands over a folder with all in it, links themselves and not what they lead to. */
async function giveTo(folder: string, account: Account): Promise<void> {
  await lchown(folder, account.uid, account.gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(path, account);
    else await lchown(path, account.uid, account.gid);
  }
}
