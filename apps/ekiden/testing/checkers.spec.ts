import { expect } from 'chai';
import { Table, millis, type AgentId, type TaskId } from '@ekiden/kernel';
import { WorldBroken } from '@ekiden/testkit';
import type { Instance, InstanceId } from '../src/core/instance/index.js';
import type { Turn } from '../src/core/loop/index.js';
import type { Effect } from '../src/core/turn/index.js';
import { changedInstances, rulesBroken, type FaultyWorld } from './faulty-worlds.js';
import { World, type WorldOptions } from './world/index.js';

/*
 * Every rule is proven to bite: a world with one fault of its own kind, in the core, the store or
 * the way to the hosts, must be caught by that rule.
 */

function isNew({ draft }: Turn, instance: Instance): boolean {
  return draft.instances.before(instance.id) === undefined;
}

const faulty: readonly FaultyWorld[] = [
  [
    'over-capacity',
    'creates every instance four times',
    {
      tamper: (turn) => {
        for (const instance of changedInstances(turn)) {
          if (!isNew(turn, instance) || instance.condition !== 'Scheduled') continue;
          for (const letter of ['x', 'y', 'z']) {
            const id = `${instance.id}${letter}` as InstanceId;
            turn.draft.putInstance({ ...instance, id });
          }
        }
      },
    },
  ],
  [
    'nothing-is-newer',
    'takes what it has launched for newer than itself',
    {
      tamper: ({ draft, context }) => {
        for (const { appId, task } of draft.instances.changes().flatMap(([, row]) => row ?? [])) {
          if (task === undefined) continue;
          const { id: taskId, agentId, host } = task;
          const seenAt = context.now;
          draft.unknownTasks.put(taskId, { taskId, appId, agentId, host, epoch: 9, seenAt });
        }
      },
    },
  ],
  [
    'minimum-health',
    'replaces everything at once',
    {
      tamper: ({ draft, context }) => {
        for (const { appId } of draft.instances.changes().flatMap(([, row]) => row ?? [])) {
          const config = draft.apps.get(appId)?.versionInfo.lastConfigChangeAt;
          for (const instance of draft.instances.by('app', appId)) {
            const stays = instance.goal !== 'Running' || instance.configVersion === config;
            if (stays || instance.task === undefined || instance.kill !== undefined) continue;
            const kill = { since: context.now, reason: 'upgrading' as const };
            draft.putInstance({ ...instance, goal: 'Decommissioned', kill });
          }
        }
      },
    },
  ],
  [
    'constraints-hold',
    'places everything on one host',
    {
      tamper: (turn) => {
        const agentId = 'agent-1' as AgentId;
        for (const instance of changedInstances(turn)) {
          if (instance.condition !== 'Provisioned' || instance.task === undefined) continue;
          turn.draft.putInstance({ ...instance, task: { ...instance.task, agentId, host: 'h1' } });
        }
      },
    },
  ],
  [
    'goals-are-final',
    'changes its mind about instances it has given up',
    {
      tamper: ({ draft }) => {
        for (const [id, row] of draft.instances.changes()) {
          if (row?.goal !== 'Decommissioned') continue;
          if (draft.instances.before(id)?.goal !== 'Decommissioned') continue;
          draft.putInstance({ ...row, goal: 'Running' });
        }
      },
    },
  ],
  [
    'incarnations',
    'launches another task under the same incarnation',
    {
      tamper: ({ draft }) => {
        for (const [id, row] of draft.instances.changes()) {
          if (row?.task === undefined || draft.instances.before(id)?.task === undefined) continue;
          const task = { ...row.task, id: `${row.task.id}-again` as TaskId };
          draft.instances.put(id, { ...row, task });
        }
      },
    },
  ],
  [
    'dependency-order',
    'does not wait for dependencies',
    {
      tamper: ({ draft, context }) => {
        for (const { plan } of draft.deployments.by('status', 'running')) {
          for (const { id, before, after } of plan.changes) {
            if (before !== undefined || after === undefined) continue;
            if (draft.instances.by('app', id).length > 0) continue;
            draft.putInstance({
              id: `early.instance-${id}` as InstanceId,
              appId: id,
              appVersion: after.version,
              configVersion: after.version,
              goal: 'Running',
              condition: 'Scheduled',
              incarnation: 0,
              createdAt: context.now,
              since: context.now,
            });
          }
        }
      },
    },
  ],
  [
    'steps-are-done',
    'passes steps without looking',
    {
      tamper: ({ draft }) => {
        for (const row of draft.deployments.by('status', 'running')) {
          if (row.step < row.plan.steps.length) {
            draft.deployments.put(row.id, { ...row, step: row.step + 1 });
          }
        }
      },
    },
  ],
  [
    'one-deployment-per-app',
    'lets a second deployment in',
    {
      tamper: ({ draft }) => {
        for (const [id, row] of draft.deployments.changes()) {
          if (row?.status !== 'cancelled') continue;
          draft.deployments.put(id, { ...row, status: 'running' });
        }
      },
    },
  ],
  [
    'versions-increase',
    'gives a new definition the version of the old one',
    {
      tamper: ({ draft }) => {
        for (const [id, app] of draft.apps.changes()) {
          const before = draft.apps.before(id);
          if (app !== undefined && before !== undefined) {
            draft.apps.put(id, { ...app, version: before.version });
          }
        }
      },
    },
  ],
  [
    'tasks-are-owned',
    'forgets instances whose task still runs',
    {
      tamper: (turn) => {
        for (const instance of changedInstances(turn)) {
          if (instance.condition === 'Killing') turn.draft.removeInstance(instance);
        }
      },
    },
  ],
  [
    'resources-add-up',
    'gives the same ports to two tasks',
    {
      tamper: (_turn, state) => {
        const { tasks } = state.master.state;
        const [first] = tasks.values();
        if (first === undefined || !(tasks instanceof Table)) return;
        tasks.put('twin', { ...first, id: 'twin' as TaskId });
      },
    },
  ],
  [
    'idempotence',
    'subscribes anew in every turn',
    {
      tamperEffects: (effects, state) => {
        state.memory.roles.clear();
        return effects;
      },
    },
  ],
  [
    'events-have-no-gaps',
    'loses an event in the store',
    {
      tamperStore: (store) => {
        if (store.eventNumbers.length === 50) store.eventNumbers.splice(25, 1);
      },
    },
  ],
  [
    'memory-is-stored',
    'changes memory without storing it',
    {
      tamper: (_turn, state) => {
        for (const instance of state.rows.instances.values()) {
          state.rows.instances.put(instance.id, { ...instance, since: millis(1) });
          return;
        }
      },
    },
  ],
  [
    'acknowledged-survives',
    'loses a definition in the store',
    {
      tamperStore: (store) => {
        const versions = store.rows('appVersions') as Map<string, string>;
        if (versions.size !== 12) return;
        for (const key of [...versions.keys()].slice(0, 6)) versions.delete(key);
      },
    },
  ],
  [
    'launches-of-this-term',
    'launches under the epoch of an older leader',
    {
      tamperEffects: (effects) =>
        effects.map((effect) =>
          effect.kind === 'launch' ? { ...effect, epoch: effect.epoch - 1 } : effect,
        ),
    },
  ],
  [
    'started-once',
    'sends a launch to two hosts',
    {
      tamperEffects: (effects) =>
        effects.flatMap((effect): Effect[] => {
          if (effect.kind !== 'launch') return [effect];
          const agentId = (effect.agentId === 'agent-1' ? 'agent-2' : 'agent-1') as never;
          return [effect, { ...effect, agentId }];
        }),
    },
  ],
  [
    'liveness',
    'never passes a kill on',
    { tamperEffects: (effects) => effects.filter(({ kind }) => kind !== 'kill') },
  ],
  [
    'liveness',
    'forgets about deployments when it forgets what is dirty',
    {
      // Another rule would find it first.
      forkEvery: 1_000_000,
      tamper: (_turn, state) => {
        state.memory.wakes.due(millis(Number.MAX_SAFE_INTEGER));
      },
      tamperEffects: (effects) => effects.filter(({ kind }) => kind !== 'launch'),
    },
  ],
  [
    'dirty-is-enough',
    'overlooks apps that are dirty',
    {
      tamper: ({ context }, state) => {
        // As if nothing were dirty after the turn: what was left over is forgotten.
        context.leftOver.clear();
        state.memory.wakes.due(millis(Number.MAX_SAFE_INTEGER));
      },
    },
  ],
  ...(['apps', 'instances', 'deployments'] as const).map((rows): FaultyWorld => [
    'unconfirmed-is-hidden',
    `shows readers changed ${rows} before they are stored`,
    {
      tamper: ({ draft }) => {
        const overlay = draft[rows];
        const merge = overlay.merge.bind(overlay);
        overlay.merge = () => merge();
      },
    },
  ]),
  [
    'no-spinning',
    'finds work that is none',
    {
      tamper: ({ context }, state) => {
        for (const id of state.rows.apps.values()) context.leftOver.add(id.id);
      },
    },
  ],
  [
    'no-spinning',
    'has something to write for ever',
    {
      tamper: (turn, state) => {
        for (const { id } of state.rows.apps.values()) turn.context.leftOver.add(id);
        Object.assign(turn, { hasWrites: true });
      },
    },
  ],
];

describe('the rules of simulated worlds', () => {
  for (const [rule, name, options] of faulty) {
    it(`${rule} catches a world that ${name}`, () => {
      expect([...rulesBroken(rule, options)]).to.include(rule);
    });
  }

  it('tell the seed, the turn, the rule and what happened last', () => {
    const options: WorldOptions = { tamperEffects: () => [] };
    let message = '';
    try {
      new World(7, options).run(50).heal().settle();
    } catch (error) {
      message = error instanceof WorldBroken ? error.message : '';
    }
    expect(message).to.match(/^seed 7, turn \d+:\n {2}liveness: /);
    expect(message).to.include('what happened last:\n');
    expect(message).to.include('everything heals');
  });
});
