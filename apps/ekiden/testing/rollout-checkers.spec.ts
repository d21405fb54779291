import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { isPromoted } from '../src/core/deployment/index.js';
import type { Instance } from '../src/core/instance/index.js';
import type { Turn } from '../src/core/loop/index.js';
import { changedInstances, rulesBroken, type FaultyWorld } from './faulty-worlds.js';

/** Told in this turn to be started again from another version, in its slot. */
function newlyReplaced(turn: Turn): (Instance & Pick<Required<Instance>, 'kill'>)[] {
  return changedInstances(turn).flatMap((instance) => {
    const { id, kill, goal, slot } = instance;
    if (kill?.reason !== 'upgrading' || goal !== 'Running' || slot === undefined) return [];
    return turn.draft.instances.before(id)?.kill === undefined ? [{ ...instance, kill }] : [];
  });
}

const faulty: readonly FaultyWorld[] = [
  [
    'one-by-one',
    'stops all slots at once',
    {
      tamper: (turn) => {
        for (const { appId, kill } of newlyReplaced(turn)) {
          for (const instance of turn.draft.instances.by('app', appId)) {
            if (instance.condition !== 'Running' || instance.kill !== undefined) continue;
            turn.draft.putInstance({ ...instance, kill });
          }
        }
      },
    },
  ],
  [
    'slots-in-order',
    'begins with the wrong slot',
    {
      tamper: (turn) => {
        for (const instance of newlyReplaced(turn)) {
          const { slot = 0, appId } = instance;
          const isHighest = turn.draft.instances
            .by('app', appId)
            .every((one) => (one.slot ?? 0) <= slot);
          turn.draft.putInstance({ ...instance, slot: isHighest ? -1 : 100 });
        }
      },
    },
  ],
  [
    'slots-are-own',
    'gives one slot to everybody',
    {
      tamper: (turn) => {
        for (const instance of changedInstances(turn)) {
          if (instance.slot !== undefined) turn.draft.putInstance({ ...instance, slot: 0 });
        }
      },
    },
  ],
  [
    'paused-stands-still',
    'goes on with what is paused',
    {
      tamper: (turn, state) => {
        const { draft } = turn;
        for (const { id, appId, kill } of changedInstances(turn)) {
          const deployment = draft.runningDeploymentOf(appId);
          if (kill?.reason !== 'upgrading' || deployment === undefined) continue;
          if (draft.instances.before(id)?.kill !== undefined) continue;
          // As if it had been paused all the time.
          const paused = { ...deployment, paused: { since: millis(0) } };
          state.rows.deployments.put(deployment.id, paused);
          draft.deployments.put(deployment.id, paused);
        }
      },
    },
  ],
  [
    'taken-back-once',
    'does not say why it has failed',
    {
      tamper: ({ draft }) => {
        for (const [id, row] of draft.deployments.changes()) {
          if (row?.status !== 'failed') continue;
          const { reason: _reason, ...silent } = row;
          draft.deployments.put(id, silent);
        }
      },
    },
  ],
  ...(['preview', undefined] as const).map((generation): FaultyWorld => [
    'aborts-leave-nothing',
    `keeps ${generation ?? 'live'} instances of a version that was taken back`,
    {
      tamper: ({ draft, context }) => {
        for (const [id, row] of draft.deployments.changes()) {
          const before = draft.deployments.before(id)?.status;
          if (row?.undoes === undefined || row.status !== 'succeeded' || before !== 'running') {
            continue;
          }
          const { rollouts = [] } = draft.deployments.get(row.undoes) ?? {};
          for (const twin of rollouts.flatMap(({ twins }) => twins)) {
            draft.putInstance({
              id: `left.instance-${twin.id}` as Instance['id'],
              appId: twin.id,
              appVersion: twin.next,
              configVersion: twin.next,
              goal: 'Running',
              condition: 'Scheduled',
              incarnation: 0,
              createdAt: context.now,
              since: context.now,
              ...(generation && { generation }),
            });
          }
        }
      },
    },
  ]),
  [
    'aborts-leave-nothing',
    'leaves preview ports to a version that was taken back',
    {
      tamper: ({ draft }) => {
        for (const row of draft.deployments.values()) {
          if (row.status !== 'cancelled' && row.status !== 'failed') continue;
          const rollouts = row.rollouts?.map((one) => ({
            ...one,
            twins: one.twins.map((twin) => ({ ...twin, previewPorts: [1] })),
          }));
          if (rollouts !== undefined) draft.deployments.put(row.id, { ...row, rollouts });
        }
      },
    },
  ],
  [
    'aborts-touch-nobody',
    'restarts what was live all the time',
    {
      tamper: ({ draft, context }) => {
        for (const { undoes, plan } of draft.deployments.by('status', 'running')) {
          if (undoes === undefined) continue;
          for (const instance of plan.changes.flatMap(({ id }) => draft.instances.by('app', id))) {
            if (instance.condition !== 'Running' || instance.kill !== undefined) continue;
            const kill = { since: context.now, reason: 'upgrading' as const };
            draft.putInstance({ ...instance, goal: 'Decommissioned', kill });
          }
        }
      },
    },
  ],
  [
    'one-generation-routed',
    'calls live what it keeps warm',
    {
      forkEvery: 1,
      tamperEffects: (effects, state) => {
        const { instances } = state.rows;
        for (const { generation, ...instance } of instances.values()) {
          if (generation === 'warm') instances.put(instance.id, instance);
        }
        return effects;
      },
    },
  ],
  [
    'hooks-take-turns',
    'runs hooks again that have succeeded',
    {
      tamper: ({ draft }) => {
        for (const [id, row] of draft.deployments.changes()) {
          const hooks = row?.hooks?.map((run) => {
            const isDone = run.state === 'succeeded';
            return isDone ? { ...run, state: 'running' as const, attempt: run.attempt + 1 } : run;
          });
          if (row !== undefined && hooks !== undefined) {
            draft.deployments.put(id, { ...row, hooks });
          }
        }
      },
    },
  ],
  [
    'hooks-come-first',
    'starts and stops what hooks run for',
    {
      tamper: ({ draft, context }) => {
        const since = context.now;
        for (const { hooks = [] } of draft.deployments.by('status', 'running')) {
          for (const { app, at, slot, state, key } of hooks) {
            const definition = draft.apps.get(app);
            if (state !== 'running' || definition === undefined) continue;
            for (const instance of draft.instances.by('app', app)) {
              if (at !== 'beforeStop' || (instance.slot ?? slot) !== slot) continue;
              if (instance.condition !== 'Running' || instance.kill !== undefined) continue;
              draft.putInstance({ ...instance, kill: { since, reason: 'upgrading' } });
            }
            if (at !== 'beforeStart') continue;
            draft.putInstance({
              id: `early.instance-${key}` as Instance['id'],
              appId: app,
              appVersion: definition.version,
              configVersion: definition.versionInfo.lastConfigChangeAt,
              goal: 'Running',
              condition: 'Scheduled',
              incarnation: 0,
              ...(slot === undefined ? {} : { slot }),
              createdAt: since,
              since,
            });
          }
        }
      },
    },
  ],
  [
    'hooks-end-first',
    'does not wait for hooks at the end',
    {
      tamper: ({ draft }) => {
        for (const row of draft.deployments.by('status', 'running')) {
          if (row.hooks?.some(({ state }) => state === 'running') !== true) continue;
          draft.deployments.put(row.id, { ...row, status: 'succeeded' });
        }
      },
    },
  ],
  [
    'hooks-run-once',
    'begins commands of hooks twice',
    {
      tamper: (turn) => {
        for (const instance of changedInstances(turn)) {
          const isBegun = turn.draft.instances.before(instance.id) === undefined;
          if (instance.hook === undefined || !isBegun) continue;
          turn.draft.putInstance({ ...instance, id: `${instance.id}x` as Instance['id'] });
        }
      },
    },
  ],
  [
    'one-live-generation',
    'makes previews live before their promotion',
    {
      tamper: (turn) => {
        for (const { generation, ...instance } of changedInstances(turn)) {
          if (generation === 'preview') turn.draft.putInstance(instance);
        }
      },
    },
  ],
  [
    'promotions-are-whole',
    'promotes what is being stopped',
    {
      tamper: ({ draft, context }) => {
        for (const [id, row] of draft.deployments.changes()) {
          const before = draft.deployments.before(id)?.rollouts ?? [];
          for (const [index, progress] of (row?.rollouts ?? []).entries()) {
            const was = before[index];
            const isNow = isPromoted(progress) && progress.phase !== 'over';
            if (was === undefined || isPromoted(was) || !isNow) continue;
            const { twins } = progress;
            for (const instance of twins.flatMap((twin) => draft.instances.by('app', twin.id))) {
              const kill = { since: context.now, reason: 'scaling' as const };
              draft.putInstance({ ...instance, kill });
            }
          }
        }
      },
    },
  ],
  [
    'few-generations',
    'has previews of many versions',
    {
      tamper: (turn) => {
        for (const instance of changedInstances(turn)) {
          if (instance.generation !== 'preview') continue;
          for (const version of [1, 2]) {
            const id = `${instance.id}${version}` as Instance['id'];
            turn.draft.putInstance({ ...instance, id, configVersion: millis(version) });
          }
        }
      },
    },
  ],
  [
    'nothing-unclaimed',
    'keeps an old version warm for nobody',
    {
      tamper: (turn) => {
        for (const instance of changedInstances(turn)) {
          if (instance.goal === 'Decommissioned' && instance.generation === 'warm') {
            turn.draft.putInstance({ ...instance, goal: 'Running' });
          }
        }
      },
    },
  ],
  [
    'drains-are-of-the-doomed',
    'drains what is to stay',
    {
      tamper: ({ draft }) => {
        for (const { taskId } of draft.drains.values()) {
          for (const { kill: _kill, ...instance } of draft.instances.by('task', taskId)) {
            draft.putInstance(instance);
          }
        }
      },
    },
  ],
  [
    'promoted-together',
    'makes another version live than it says',
    {
      tamper: ({ draft }) => {
        for (const [id, row] of draft.deployments.changes()) {
          if (row?.rollouts === undefined) continue;
          const rollouts = row.rollouts.map((one) => {
            const twins = one.twins.map((twin) => ({ ...twin, next: millis(1) }));
            return one.phase === 'promoted' || one.phase === 'holding' ? { ...one, twins } : one;
          });
          draft.deployments.put(id, { ...row, rollouts });
        }
      },
    },
  ],
  [
    'queue-in-order',
    'begins what others were queued before',
    {
      tamper: ({ draft }, state) => {
        // Whatever begins, others were there before it.
        for (const [id, row] of draft.deployments.changes()) {
          const place = draft.deployments.before(id)?.queued;
          if (place === undefined || row?.status !== 'running') continue;
          const { number } = place;
          const earlier = { ...row, id: `${id}-early`, status: 'queued' } as const;
          const queued = { ...place, number: number - 1 };
          state.rows.deployments.put(earlier.id, { ...earlier, queued });
          draft.deployments.put(earlier.id, { ...earlier, queued });
        }
      },
    },
  ],
  [
    'queued-holds-nothing',
    'announces what is queued',
    {
      tamper: ({ draft }) => {
        for (const row of draft.deployments.by('status', 'queued')) {
          draft.deployments.put(row.id, { ...row, announced: true });
        }
      },
    },
  ],
];

describe('the rules of simulated rollouts', () => {
  for (const [rule, name, options] of faulty) {
    it(`${rule} catches a world that ${name}`, () => {
      // None of these is found by the costly comparisons.
      const found = rulesBroken(rule, { forkEvery: 1_000_000, ...options });
      expect([...found]).to.include(rule);
    });
  }
});
