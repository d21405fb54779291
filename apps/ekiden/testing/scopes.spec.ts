import type { TaskSpec } from '@ekiden/host';
import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppWire } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import { claimOf } from '../src/core/deployment/index.js';
import type { Instance } from '../src/core/instance/index.js';
import { RouteBook, type Route } from '../src/core/traffic/index.js';
import { appVersionKey, type DeploymentOrder, type WorldCommand } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const API = '/shop/api' as Instance['appId'];

const port = (number: number): AppWire => ({ portDefinitions: [{ port: number }] });

/**
 * `/shop`: web on api on store, and a worker on api. A router follows every turn, and confirms what
 * it is asked for; at each turn it is looked at who would find whom.
 */
class ShopWorld extends RolloutWorld {
  /** Who found whom, and in which phase. */
  readonly meetings = new Set<string>();
  readonly wrong: string[] = [];
  private readonly book = new RouteBook('127.0.0.1');

  constructor({ holdSeconds = 300, worker = {} } = {}) {
    super({ settings: { hasRouter: true } });
    this.onTurn = () => {
      this.look();
    };
    const { blueGreen } = sampleRollout();
    this.setRollout('/shop', {
      strategy: 'blueGreen',
      blueGreen: { ...blueGreen, holdSeconds },
    });
    const on = (app: string): AppWire => ({ dependencies: [app] });
    accepted(
      this.putGroup('/shop', {
        apps: [
          sleeper('/shop/store', { cmd: 'v1', ...port(10_003) }),
          sleeper('/shop/api', { cmd: 'v1', instances: 2, ...port(10_002), ...on('/shop/store') }),
          sleeper('/shop/web', { cmd: 'v1', instances: 2, ...port(10_001), ...on('/shop/api') }),
          sleeper('/shop/worker', { cmd: 'v1', ...on('/shop/api'), ...worker }),
        ],
      }),
    );
    this.listen();
  }

  /** Everything but the store in a new version. */
  upgrade(cmd: string, force = false): string {
    const entries = ['api', 'web', 'worker'].map((name) => ({
      id: `/shop/${name}` as Instance['appId'],
      app: { cmd },
    }));
    const reply = this.change(
      { kind: 'upsertApps', entries, partial: true, mustExist: false },
      force,
    );
    this.listen();
    return accepted(reply).deploymentId;
  }

  tend(id: string, order: DeploymentOrder): string {
    const reply = this.send({ kind: 'tendDeployment', id, order });
    this.listen();
    return reply.kind === 'deployed' ? reply.deploymentId : id;
  }

  /** The router follows, as often as something waits for it. */
  listen(): void {
    for (let i = 0; i < 20; i += 1) {
      const { turn: generation } = this.view;
      const { epoch } = this.state;
      const command: WorldCommand = {
        kind: 'routesConfirmed',
        epoch,
        generation,
        draining: [],
      };
      this.hear(command);
    }
  }

  phase(id: string): string | undefined {
    return this.deploymentOf(id).rollouts?.[0]?.phase;
  }

  routes(): readonly Route[] {
    return this.book.routing().routes;
  }

  every(app: string): readonly Instance[] {
    const { instances } = this.state.rows;
    return [...instances.by('app', app), ...instances.by('beside', app)];
  }

  versionOf({ appId, appVersion }: Instance): string {
    return this.state.rows.appVersions.get(appVersionKey(appId, appVersion))?.cmd ?? '?';
  }

  /** Versions of the api that an instance is led to at this moment. */
  found(dependent: Instance): readonly string[] {
    const listening = dependent.scope?.ports[API]?.[0];
    const route = this.routes().find(({ listen }) => listen.port === (listening ?? 10_002));
    return [
      ...new Set(
        (route?.backends ?? [])
          .filter(({ weight }) => weight > 0)
          .map(({ taskId }) => {
            const [instance] = this.state.rows.instances.by('task', taskId);
            return instance === undefined ? '?' : this.versionOf(instance);
          }),
      ),
    ];
  }

  private look(): void {
    const changes = [...this.state.rows.instances.values()].map((one) => [one.id, one] as const);
    this.book.update(this.view, changes);
    const ports = this.routes().map(({ listen }) => `${listen.address} ${listen.port}`);
    if (new Set(ports).size < ports.length) this.wrong.push('two routes listen on one address');
    const claim = claimOf(this.state.rows.deployments, API);
    const phase = claim?.progress.phase ?? 'nothing';
    const isWhole = claim?.planned.scope === '/shop';
    for (const one of [...this.every('/shop/web'), ...this.every('/shop/worker')]) {
      if (one.condition !== 'Running' || one.kill !== undefined) continue;
      const mine = this.versionOf(one);
      const name = one.appId.slice('/shop/'.length);
      for (const theirs of this.found(one)) {
        this.meetings.add(`${phase}: ${name} ${mine} on api ${theirs}`);
        if (isWhole && mine !== theirs) {
          this.wrong.push(`${phase}: ${name} ${mine} finds api ${theirs}`);
        }
      }
      const hasOwn = this.every(API).some(
        (api) =>
          api.condition === 'Running' && this.versionOf(api) === mine && api.goal === 'Running',
      );
      if (isWhole && hasOwn && this.found(one).length === 0) {
        this.wrong.push(`${phase}: ${name} ${mine} finds none`);
      }
    }
  }

  environment(app: string): readonly Readonly<Record<string, string>>[] {
    return this.every(app).flatMap(({ task }) =>
      this.performed.flatMap((effect) =>
        effect.kind === 'launch' && effect.taskId === task?.id
          ? [(effect.info as TaskSpec).env]
          : [],
      ),
    );
  }
}

const ALONG_THE_WAY = [
  'awaitingPromotion: web v1 on api v1',
  'awaitingPromotion: web v2 on api v2',
  'switching: web v1 on api v1',
  'switching: web v2 on api v2',
  'holding: web v1 on api v1',
  'holding: web v2 on api v2',
];

describe('scopes of generations', () => {
  it('give apps of a group with a rollout ports of their own for what they find in it', () => {
    const world = new ShopWorld();
    const [web] = world.every('/shop/web');
    expect(web?.scope?.id).to.equal('/shop');
    const listening = web?.scope?.ports[API]?.[0];
    expect(listening).to.be.within(21_000, 29_999);
    for (const env of world.environment('/shop/web')) {
      expect(env).to.include({
        SERVICE_API_HOST: '127.0.0.1',
        SERVICE_API_PORT: `${listening ?? ''}`,
        SERVICE_API_PORT0: `${listening ?? ''}`,
      });
    }
    const [store] = world.every('/shop/store');
    expect(store?.scope).to.equal(undefined);
  });

  it('lead each generation to its own, before, during and after the switch', () => {
    const world = new ShopWorld();
    const id = world.upgrade('v2');
    expect(world.phase(id)).to.equal('awaitingPromotion');
    world.tend(id, 'promote');
    expect(world.phase(id)).to.equal('holding');
    expect([...world.meetings]).to.include.members(ALONG_THE_WAY);
    expect(world.wrong).to.deep.equal([]);
    world.advance(seconds(301));
    world.listen();
    expect(world.phase(id)).to.equal('over');
    const left = world.every('/shop/web');
    expect(
      left.map((one) => `${world.versionOf(one)} on ${world.found(one).join()}`),
    ).to.deep.equal(['v2 on v2', 'v2 on v2']);
    expect(new Set(left.map(({ scope }) => scope?.id))).to.deep.equal(new Set([`${id}/shop`]));
    const listeners = world.routes().filter(({ listen }) => listen.port >= 21_000);
    // One for web and worker of the new version, one for its api, on the store; nothing of the old.
    expect(listeners.map(({ app }) => app).sort()).to.deep.equal(['/shop/api', '/shop/store']);
  });

  it('hold through undo, and through the next rollout', () => {
    const world = new ShopWorld();
    const id = world.upgrade('v2');
    world.tend(id, 'promote');
    const undone = world.tend(id, 'undo');
    expect(undone).to.not.equal(id);
    expect(
      world
        .every('/shop/web')
        .filter(({ goal }) => goal === 'Running')
        .map((one) => world.versionOf(one)),
    ).to.deep.equal(['v1', 'v1']);
    const next = world.upgrade('v3');
    world.tend(next, 'promote');
    expect(world.phase(next)).to.equal('holding');
    expect([...world.meetings]).to.include.members([
      'holding: web v1 on api v1',
      'holding: web v3 on api v3',
    ]);
    expect(world.wrong).to.deep.equal([]);
  });

  it('hold through an abort, which leaves no listener behind', () => {
    const world = new ShopWorld();
    const before = world.routes().map(({ listen, app }) => `${app} ${listen.port}`);
    const id = world.upgrade('v2');
    expect(world.routes().length).to.be.greaterThan(before.length);
    world.tend(id, 'abort');
    world.listen();
    expect(world.wrong).to.deep.equal([]);
    expect(world.routes().map(({ listen, app }) => `${app} ${listen.port}`)).to.deep.equal(before);
  });

  it('keep an instance in its scope when it is started again', () => {
    const world = new ShopWorld();
    const id = world.upgrade('v2');
    for (const instance of world.every('/shop/web')) {
      if (instance.task === undefined) continue;
      world.report(instance.task.id, 'TASK_FAILED');
      world.settle();
    }
    world.advance(seconds(30));
    world.tend(id, 'promote');
    expect(world.phase(id)).to.equal('holding');
    expect(world.wrong).to.deep.equal([]);
  });

  it('lead what is not twinned with its group to the version it was started for', () => {
    const rollout = { strategy: 'rolling', twin: false } as const;
    const world = new ShopWorld({ worker: { rollout } });
    const id = world.upgrade('v2');
    expect(world.every('/shop/worker').map((one) => world.versionOf(one))).to.deep.equal(['v1']);
    world.tend(id, 'promote');
    const [worker] = world.every('/shop/worker').filter(({ goal }) => goal === 'Running');
    expect(worker && world.versionOf(worker)).to.equal('v2');
    expect(worker && world.found(worker)).to.deep.equal(['v2']);
    expect(world.wrong).to.deep.equal([]);
    expect([...world.meetings]).to.include('switching: worker v1 on api v1');
  });

  it('let an untouched dependent follow an app that is rolled out alone', () => {
    const world = new ShopWorld();
    const rollout = { strategy: 'blueGreen', blueGreen: { holdSeconds: 60 } } as const;
    accepted(world.update('/shop/api', { rollout }));
    const [web] = world.every('/shop/web');
    const found = (): readonly string[] => (web === undefined ? [] : world.found(web));
    const { deploymentId: id } = accepted(world.update('/shop/api', { cmd: 'v2' }));
    expect(world.phase(id)).to.equal('awaitingPromotion');
    expect(found()).to.deep.equal(['v1']);
    world.tend(id, 'promote');
    expect(world.phase(id)).to.equal('holding');
    expect(found()).to.deep.equal(['v2']);
    world.advance(seconds(61));
    world.listen();
    expect(world.phase(id)).to.equal('over');
    expect(found()).to.deep.equal(['v2']);
    expect(world.every('/shop/web')).to.deep.include(web);
  });
});
