import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { AppWire, Hook, PathId, Rollout } from '../src/core/app/index.js';
import { DEFAULT_ROLLOUT } from '../src/core/app/index.js';
import type { Deployment } from '../src/core/deployment/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

/*
 * What is said of a rollout while a deployment runs is for later deployments: this one goes on by
 * what was said when it was planned, also where that was nothing (rollouts.md, Generations).
 */

const WEB = '/shop/web';
const DEPLOYMENT_OVER = seconds(600);

const HOOK: Hook = { at: 'afterReady', command: ['./do'], timeoutSeconds: 5, onFailure: 'abort' };

type Said = Partial<Rollout> | undefined;

/** What a deployment is for, and what it was planned by. */
interface Case {
  readonly name: string;
  readonly planned: Said;
  readonly later: Said;
  readonly change: AppWire;
  readonly strategy: string;
}

const NEW_VERSION: AppWire = { cmd: 'sleep 200' };
const MORE: AppWire = { instances: 4 };
const HASTY = { progressDeadlineSeconds: 1, onFailure: 'rollback' } as const;

const CASES: readonly Case[] = [
  ['a new version without a rollout', undefined, { strategy: 'serial' }, NEW_VERSION, 'none'],
  ['a new version without a rollout', undefined, { hooks: [HOOK] }, NEW_VERSION, 'none'],
  ['a new version without a rollout', undefined, HASTY, NEW_VERSION, 'none'],
  ['a new version one by one', { strategy: 'serial' }, HASTY, NEW_VERSION, 'serial'],
  ['a new version one by one', { strategy: 'serial' }, undefined, NEW_VERSION, 'serial'],
  ['a new version beside the old', { strategy: 'blueGreen' }, HASTY, NEW_VERSION, 'blueGreen'],
  ['more of what goes without a rollout', undefined, { strategy: 'serial' }, MORE, 'none'],
  ['more of what goes without a rollout', undefined, HASTY, MORE, 'none'],
  ['more of what goes one by one', { strategy: 'serial' }, undefined, MORE, 'serial'],
  ['more of what goes one by one', { strategy: 'serial' }, HASTY, MORE, 'serial'],
].map(([name, planned, later, change, strategy]) => {
  return { name, planned, later, change, strategy } as Case;
});

const AUTOMATIC = {
  blueGreen: { ...DEFAULT_ROLLOUT.blueGreen, promotion: 'automatic', holdSeconds: 0 },
} as const;

/** What the running deployment has come to, and how it has gone there. */
function seen(world: RolloutWorld, deployment: Deployment): object {
  const { status, paused, hooks = [], rollouts = [] } = world.deploymentOf(deployment.id);
  return {
    status,
    paused: paused !== undefined,
    hooks: hooks.length,
    rollouts: rollouts.length,
    slots: world.instances(WEB).map(({ slot }) => slot),
  };
}

function play(one: Case, say: (world: RolloutWorld) => void): object[] {
  const world = new RolloutWorld();
  const rollout = one.planned === undefined ? {} : { rollout: { ...AUTOMATIC, ...one.planned } };
  accepted(world.putGroup('/shop', { ...rollout, apps: [sleeper(WEB, { instances: 2 })] }));
  world.behaviour = () => ({ stuck: true });
  const deployment = world.deployment(world.update(WEB, one.change));
  expect(deployment.status).to.equal('running');
  say(world);
  const story = [seen(world, deployment)];
  world.advance(seconds(30));
  story.push(seen(world, deployment));
  world.behaviour = () => ({});
  world.advance(DEPLOYMENT_OVER);
  const { slots: _anew, ...end } = seen(world, deployment) as { readonly slots: unknown };
  return [...story, end];
}

describe('A rollout that is said while a deployment runs', () => {
  for (const one of CASES) {
    const words = JSON.stringify(one.later ?? null);
    it(`is not for it where it starts ${one.name}: ${words}`, () => {
      const undisturbed = play(one, () => undefined);
      const disturbed = play(one, (world) => {
        const said = world.putGroup('/shop', { rollout: one.later ?? null });
        accepted(said);
      });
      expect(disturbed).to.deep.equal(undisturbed);
    });
  }

  it('is for what comes after it', () => {
    const world = new RolloutWorld();
    accepted(world.putGroup('/shop', { apps: [sleeper(WEB, { instances: 2 })] }));
    world.behaviour = () => ({ stuck: true });
    world.update(WEB, MORE);
    accepted(world.putGroup('/shop', { rollout: { strategy: 'serial' } }));
    expect(world.instances(WEB).map(({ slot }) => slot)).to.not.include(0);
    world.behaviour = () => ({});
    world.advance(DEPLOYMENT_OVER);
    const slots = world.instances(WEB).map(({ slot }) => slot);
    expect(slots).to.have.members([0, 1, 2, 3]);
  });

  it('counts for a deployment of an older version of the service, whose plan does not say', () => {
    const world = new RolloutWorld();
    world.setRollout('/shop', { strategy: 'serial' });
    accepted(world.create(WEB, sleeper(WEB, { instances: 1 })));
    world.behaviour = () => ({ stuck: true });
    const deployment = world.deployment(world.update(WEB, MORE));
    const { governed: _unknown, ...plan } = deployment.plan;
    world.state.rows.deployments.put(deployment.id, { ...deployment, plan });
    world.newTerm();
    world.behaviour = () => ({});
    world.advance(DEPLOYMENT_OVER);
    expect(world.deploymentOf(deployment.id).status).to.equal('succeeded');
    expect(world.instances(WEB).map(({ slot }) => slot)).to.have.members([0, 1, 2, 3]);
    expect(world.state.rows.groups.get('/shop' as PathId)?.rollout?.strategy).to.equal('serial');
  });
});
