import { err, millis, ok, present, type Millis, type Result, type TaskId } from '@ekiden/kernel';
import type { AdoptedTask, Executor, TaskExit, TaskStarted } from '../executor.js';
import type { HostFailure } from '../host-failure.js';
import type { ExecutorKind, TaskSpec } from '../task-spec.js';
import { adoptedGroup, isWhole, sortFound, type FoundMember } from './found-groups.js';
import { endOfGroup, type EndedMember } from './group-ends.js';

interface Member {
  readonly taskId: TaskId;
  readonly name: string;
  readonly killGracePeriod: Millis;
}

interface Group {
  readonly taskId: TaskId;
  members: readonly Member[];
  /** Members are missing, or some were never started: it can only be ended. */
  broken: boolean;
  /** Nothing more of it is begun. */
  stopping: boolean;
  /** Members that ended before anybody stopped them. */
  readonly own: Set<TaskId>;
  started: Promise<Result<TaskStarted, HostFailure>> | undefined;
  end: Promise<Result<TaskExit, HostFailure>> | undefined;
}

const AT_ONCE = millis(0);

/**
 * Makes an executor run groups (ADR 0044): a spec with `members` is one task to whoever asks, and
 * one task for each member to the executor underneath. A group is prepared and started whole or not
 * at all, and the end of any member ends it. All that must outlast this object is in the `group`
 * marks of the members.
 */
export class TaskGroups implements Executor {
  readonly kind: ExecutorKind;
  private readonly inner: Executor;
  private readonly groups = new Map<TaskId, Group>();
  private readonly ofMember = new Map<TaskId, TaskId>();

  constructor(inner: Executor) {
    this.inner = inner;
    this.kind = inner.kind;
  }

  /** The group that a task is a member of. */
  groupOf(taskId: TaskId): TaskId | undefined {
    return this.ofMember.get(taskId);
  }

  async prepare(spec: TaskSpec): Promise<Result<void, HostFailure>> {
    const [first, ...rest] = spec.members ?? [];
    if (first === undefined) return this.inner.prepare(spec);
    const known = this.groups.get(spec.taskId);
    if (known?.started !== undefined) return ok(undefined);
    const specs = [first, ...rest].map((member) => ({ ...member, epoch: spec.epoch }));
    const group = this.remember(spec.taskId, specs.map(memberOf));
    group.stopping = false;
    const made = await this.prepareAll(group, specs);
    if (made.ok) return made;
    for (const { taskId } of group.members) await this.takeAway(taskId);
    this.forget(group);
    return made;
  }

  start(taskId: TaskId): Promise<Result<TaskStarted, HostFailure>> {
    const group = this.groups.get(taskId);
    if (group === undefined) return this.inner.start(taskId);
    group.started ??= this.startAll(group);
    return group.started;
  }

  wait(taskId: TaskId): Promise<Result<TaskExit, HostFailure>> {
    const group = this.groups.get(taskId);
    if (group === undefined) return this.inner.wait(taskId);
    group.end ??= this.awaitEnd(group).then((result) => {
      if (!result.ok) group.end = undefined;
      return result;
    });
    return group.end;
  }

  async shutdown(taskId: TaskId, grace: Millis): Promise<Result<void, HostFailure>> {
    const group = this.groups.get(taskId);
    if (group === undefined) return this.inner.shutdown(taskId, grace);
    group.stopping = true;
    return this.stopAll(group, grace);
  }

  async remove(taskId: TaskId): Promise<Result<void, HostFailure>> {
    const group = this.groups.get(taskId);
    if (group === undefined) return this.inner.remove(taskId);
    for (const member of group.members) {
      const removed = await this.inner.remove(member.taskId);
      if (!removed.ok) return removed;
    }
    this.forget(group);
    return ok(undefined);
  }

  abandon(taskId: TaskId): void {
    const group = this.groups.get(taskId);
    if (group === undefined) {
      this.inner.abandon?.(taskId);
      return;
    }
    if (group.started !== undefined) return;
    for (const member of group.members) this.inner.abandon?.(member.taskId);
    this.forget(group);
  }

  async adopt(): Promise<Result<readonly AdoptedTask[], HostFailure>> {
    const found = await this.inner.adopt();
    if (!found.ok) return found;
    const { single, groups } = sortFound(found.value);
    for (const [taskId, members] of groups) {
      if (!this.groups.has(taskId)) this.takeIn(taskId, members);
    }
    return ok([...single, ...[...groups.values()].map(adoptedGroup)]);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private takeIn(taskId: TaskId, found: readonly FoundMember[]): void {
    const members = found.map(({ group, ...task }) => ({ ...task, name: group.name }));
    const group = this.remember(taskId, members);
    const begun = found.filter(({ phase }) => phase !== 'prepared');
    group.broken = begun.length > 0 && (begun.length < found.length || !isWhole(found));
    for (const { taskId: ended, phase, killAsked } of found) {
      if (group.broken && phase === 'exited' && !killAsked) group.own.add(ended);
    }
    const startedAt = adoptedGroup(found).startedAt;
    if (startedAt !== undefined) group.started = Promise.resolve(ok({ startedAt }));
  }

  private async prepareAll(
    group: Group,
    [first, ...rest]: readonly TaskSpec[],
  ): Promise<Result<void, HostFailure>> {
    const one = async (spec: TaskSpec): Promise<Result<void, HostFailure>> => {
      if (group.stopping) return err(GIVEN_UP);
      const made = await this.inner.prepare(spec);
      return made.ok ? made : err(about(spec.group?.name, made.error));
    };
    // The others may need what the first brings along.
    const opened = await one(present(first, `a member of ${group.taskId}`));
    if (!opened.ok) return opened;
    const made = await Promise.all(rest.map(one));
    const failed = made.find(({ ok: isOk }) => !isOk);
    if (group.stopping) return err(GIVEN_UP);
    return failed ?? ok(undefined);
  }

  private async startAll(group: Group): Promise<Result<TaskStarted, HostFailure>> {
    const one = async (member: Member): Promise<Result<TaskStarted, HostFailure>> => {
      if (group.stopping) return err(GIVEN_UP);
      const started = await this.inner.start(member.taskId);
      return started.ok ? started : err(about(member.name, started.error));
    };
    const [first, ...rest] = group.members;
    const opened = await one(present(first, `a member of ${group.taskId}`));
    const others = opened.ok ? await Promise.all(rest.map(one)) : [];
    const failed = [opened, ...others].find(({ ok: isOk }) => !isOk);
    if (failed === undefined || failed.ok) return opened;
    // One that fails because another has just ended is not the one to tell of.
    const stopped = await this.stopAll(group, undefined);
    if (!stopped.ok) return stopped;
    const before = opened.ok
      ? await this.inner.wait(group.members[0]?.taskId as TaskId)
      : undefined;
    const why =
      before?.ok === true ? `; container ${first?.name ?? ''}: ${before.value.message}` : '';
    return err({ ...failed.error, message: `${failed.error.message}${why}` });
  }

  /** The first end of a member is the end of all. */
  private async awaitEnd(group: Group): Promise<Result<TaskExit, HostFailure>> {
    if (!group.broken) {
      const ends = group.members.map(async ({ taskId }) => {
        const ended = await this.inner.wait(taskId);
        if (!group.stopping) group.own.add(taskId);
        return ended;
      });
      const first = await Promise.race(ends);
      if (!first.ok && LASTS.has(first.error.kind)) return first;
    }
    group.stopping = true;
    const stopped = await this.stopAll(group, undefined);
    if (!stopped.ok) return err(retried(stopped.error));
    const ended: EndedMember[] = [];
    for (const { taskId, name } of group.members) {
      const end = await this.inner.wait(taskId);
      if (!end.ok && LASTS.has(end.error.kind)) return end;
      const exit = end.ok ? end.value : { exitCode: null, message: end.error.message };
      ended.push({ taskId, name, exit, stopped: !group.own.has(taskId) });
    }
    return ok(endOfGroup(ended, group.broken));
  }

  /** `grace` absent = each member its own; no member gets more than its own. */
  private async stopAll(
    group: Group,
    grace: Millis | undefined,
  ): Promise<Result<void, HostFailure>> {
    const stopped = await Promise.all(
      group.members.map(({ taskId, killGracePeriod }) => {
        const most = grace === undefined ? killGracePeriod : Math.min(grace, killGracePeriod);
        return this.inner.shutdown(taskId, millis(most));
      }),
    );
    return stopped.find(({ ok: isOk }) => !isOk) ?? ok(undefined);
  }

  private async takeAway(taskId: TaskId): Promise<void> {
    const gone = await this.inner.shutdown(taskId, AT_ONCE);
    if (gone.ok) await this.inner.remove(taskId);
  }

  private remember(taskId: TaskId, members: readonly Member[]): Group {
    const group: Group = this.groups.get(taskId) ?? {
      taskId,
      members,
      broken: false,
      stopping: false,
      own: new Set(),
      started: undefined,
      end: undefined,
    };
    group.members = members;
    this.groups.set(taskId, group);
    for (const member of members) this.ofMember.set(member.taskId, taskId);
    return group;
  }

  private forget(group: Group): void {
    this.groups.delete(group.taskId);
    for (const { taskId } of group.members) this.ofMember.delete(taskId);
  }
}

const GIVEN_UP: HostFailure = { kind: 'cancelled', message: 'The launch was given up' };

/** Failures of a wait that say nothing of the member. */
const LASTS: ReadonlySet<HostFailure['kind']> = new Set(['closed', 'engineGone', 'fault']);

/** A group whose members cannot all be stopped is not over: it is tried again. */
function retried(failure: HostFailure): HostFailure {
  return LASTS.has(failure.kind) ? failure : { kind: 'fault', message: failure.message };
}

function memberOf({ taskId, killGracePeriod, group }: TaskSpec): Member {
  return { taskId, killGracePeriod, name: group?.name ?? taskId };
}

function about(name: string | undefined, failure: HostFailure): HostFailure {
  return { ...failure, message: `Container ${name ?? '?'}: ${failure.message}` };
}
