import { assert, millis, type Change, type Millis } from '@ekiden/kernel';
import type { AgentRow, FrameworkRow, RoleRow, TaskRow } from '@ekiden/offers';
import type { AppDefinition } from '../../src/core/app/index.js';
import type { Deployment } from '../../src/core/deployment/index.js';
import type { DomainEvent } from '../../src/core/events/index.js';
import type { Group } from '../../src/core/group/index.js';
import type { Instance, LaunchDelay, TaskFailure } from '../../src/core/instance/index.js';
import type { Turn } from '../../src/core/loop/index.js';
import type { Volume } from '../../src/core/volume/index.js';
import { appVersionKey, type UnknownTask } from '../../src/core/turn/index.js';
import type { StoredState } from '../../src/ports/index.js';

export const STORED_TABLES = [
  'apps',
  'groups',
  'appVersions',
  'instances',
  'deployments',
  'launchDelays',
  'taskFailures',
  'volumes',
  'unknownTasks',
  'agents',
  'frameworks',
  'tasks',
  'roles',
] as const;

export type StoredTable = (typeof STORED_TABLES)[number];

export interface StoredEvent {
  readonly number: number;
  readonly event: DomainEvent;
}

/**
 * What the database does for the service, as text in memory: rows shared with nobody, a turn
 * written whole or not at all and fenced by its epoch, events numbered by the writer.
 */
export class MemoryStore {
  epoch = 0;
  turn = 0;
  lastEvent = 0;
  lastCommitAt: Millis = millis(0);
  rootVersion: Millis = millis(0);
  /** Numbers of all events in the order they were stored. */
  readonly eventNumbers: number[] = [];
  private readonly tables = new Map<StoredTable, Map<string, string>>(
    STORED_TABLES.map((name) => [name, new Map<string, string>()]),
  );

  /** Begins a term; turns of older ones are refused from here on. */
  elect(): number {
    this.epoch += 1;
    return this.epoch;
  }

  /** As text that is on its way: stored when what is returned is called, whatever came meanwhile. */
  encode(turn: Turn): (epoch: number) => void {
    const { draft, context, number, events } = turn;
    const { rootVersion } = draft;
    const master = context.master.changes();
    // History: versions stay when memory no longer needs them.
    const versions = draft.appVersions.changes().filter(([, row]) => row !== undefined);
    const rows: readonly (readonly [StoredTable, readonly Change<string, unknown>[]])[] = [
      ['apps', draft.apps.changes()],
      ['appVersions', versions],
      ['groups', draft.groups.changes()],
      ['instances', draft.instances.changes()],
      ['deployments', draft.deployments.changes()],
      ['launchDelays', draft.launchDelays.changes()],
      ['taskFailures', draft.taskFailures.changes()],
      ['volumes', draft.volumes.changes()],
      ['unknownTasks', draft.unknownTasks.changes()],
      ['agents', master.agents],
      ['frameworks', master.frameworks],
      ['tasks', master.tasks],
      ['roles', master.roles],
    ];
    return (epoch) => {
      assert(epoch === this.epoch, `a commit of term ${epoch} in term ${this.epoch}`);
      assert(number === this.turn + 1, `turn ${number} after turn ${this.turn}`);
      for (const [table, changes] of rows) this.write(table, changes);
      for (const event of events) this.eventNumbers.push(event.number);
      this.lastEvent = events.at(-1)?.number ?? this.lastEvent;
      this.lastCommitAt = context.now;
      this.rootVersion = rootVersion;
      this.turn = number;
    };
  }

  load(): StoredState {
    const instances = this.all<Instance>('instances');
    return {
      turn: this.turn,
      lastEvent: this.lastEvent,
      lastCommitAt: this.lastCommitAt,
      rootVersion: this.rootVersion,
      apps: this.all<AppDefinition>('apps'),
      groups: this.all<Group>('groups'),
      appVersions: this.referenced(instances),
      instances,
      deployments: this.all<Deployment>('deployments'),
      launchDelays: this.all<LaunchDelay>('launchDelays'),
      taskFailures: this.all<TaskFailure>('taskFailures'),
      volumes: this.all<Volume>('volumes'),
      unknownTasks: this.all<UnknownTask>('unknownTasks'),
      agents: this.all<AgentRow>('agents'),
      frameworks: this.all<FrameworkRow>('frameworks'),
      tasks: this.all<TaskRow>('tasks'),
      roles: this.all<RoleRow>('roles'),
    };
  }

  /** Rows of a table as text by key. */
  rows(table: StoredTable): ReadonlyMap<string, string> {
    return this.table(table);
  }

  private referenced(instances: readonly Instance[]): readonly AppDefinition[] {
    const keys = new Set<string>(instances.map((i) => appVersionKey(i.appId, i.appVersion)));
    return [...keys].flatMap((key) => {
      const text = this.table('appVersions').get(key);
      return text === undefined ? [] : [JSON.parse(text) as AppDefinition];
    });
  }

  private write<K extends string, Row>(
    name: StoredTable,
    changes: readonly Change<K, Row>[],
  ): void {
    const table = this.table(name);
    for (const [key, row] of changes) {
      if (row === undefined) table.delete(key);
      else table.set(key, JSON.stringify(row));
    }
  }

  private all<Row>(name: StoredTable): Row[] {
    return [...this.table(name).values()].map((text) => JSON.parse(text) as Row);
  }

  private table(name: StoredTable): Map<string, string> {
    const table = this.tables.get(name);
    assert(table !== undefined, `no table ${name}`);
    return table;
  }
}
