import { err, type Result, type TaskId } from '@ekiden/kernel';
import type {
  FileListing,
  FilesFailure,
  OpenTaskFile,
  OutputBytes,
  OutputRequest,
  SandboxPath,
  SessionOrder,
  TaskSession,
} from '@ekiden/host';
import type { NoFile, NoTask, TaskAccess } from '../../ports/index.js';
import type { DrivenHost, Station } from './driven-host.js';

/** Tasks from inside, through the stations of the hosts that have or had them. */
export class DrivenTasks implements TaskAccess {
  private readonly hosts: () => Iterable<DrivenHost>;

  constructor(hosts: () => Iterable<DrivenHost>) {
    this.hosts = hosts;
  }

  readOutput(taskId: TaskId, request: OutputRequest): Promise<Result<OutputBytes, NoTask>> {
    return this.first(taskId, ({ outputs }) => outputs.readOutput(taskId, request)).then(asNoTask);
  }

  listFiles(taskId: TaskId, path: SandboxPath): Promise<Result<FileListing, NoFile>> {
    return this.first(taskId, ({ files }) => files.listFiles(taskId, path));
  }

  openFile(taskId: TaskId, path: SandboxPath): Promise<Result<OpenTaskFile, NoFile>> {
    return this.first(taskId, ({ files }) => files.openFile(taskId, path));
  }

  openSession(taskId: TaskId, order: SessionOrder): Promise<Result<TaskSession, NoTask>> {
    return this.first(taskId, ({ sessions }) => sessions.openSession(taskId, order)).then(asNoTask);
  }

  /** The first answer of somebody who has the task. */
  private async first<T>(
    taskId: TaskId,
    ask: (station: Station) => Promise<Result<T, FilesFailure>>,
  ): Promise<Result<T, NoFile>> {
    let unavailable: NoTask | undefined;
    for (const station of this.stationsFor(taskId)) {
      const found = await ask(station);
      if (found.ok) return found;
      const { kind, message } = found.error;
      if (kind === 'unknownTask') continue;
      if (kind === 'noSuchFile' || kind === 'notShown') return err({ kind, message });
      unavailable ??= { kind: 'unavailable', message };
    }
    return err(unavailable ?? { kind: 'unknown', message: `Nothing of ${taskId} is kept` });
  }

  /** Those that hold it; of a task that is over nobody does, and each may have kept something. */
  private stationsFor(taskId: TaskId): readonly Station[] {
    const hosts = [...this.hosts()];
    const holding = hosts.flatMap((host) => host.stationOf(taskId) ?? []);
    if (holding.length > 0) return holding;
    return hosts.flatMap((host) => [...host.stations.values()].map(({ station }) => station));
  }
}

/** Only files can be missing by themselves. */
function asNoTask<T>(found: Result<T, NoFile>): Result<T, NoTask> {
  if (found.ok) return found;
  const { kind, message } = found.error;
  return err({ kind: kind === 'unknown' ? kind : 'unavailable', message });
}
