import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import type { Deployment, RolloutPhase, Twin } from '../deployment/index.js';
import { DEFAULT_SETTINGS, Draft, type OrchestratorSettings } from '../turn/index.js';
import { tendPreviewPorts } from './tend-preview-ports.js';

const RANGE = { min: 20_001, max: 20_004 };

class Stage {
  readonly world = new SmallWorld();
  readonly draft = new Draft(this.world.state);
  readonly settings: OrchestratorSettings = { ...DEFAULT_SETTINGS, previewPorts: RANGE };

  constructor(apps: Readonly<Record<string, AppWire>>) {
    for (const [id, app] of Object.entries(apps)) {
      this.world.create(id, { cmd: 'serve', instances: 0, ...app });
    }
  }

  rollout(id: string, phase: RolloutPhase, ...apps: readonly string[]): this {
    const known = this.twins(id);
    const twins = apps.map(
      (app): Twin =>
        known.find((twin) => twin.id === app) ?? { id: app as PathId, next: millis(1) },
    );
    this.draft.deployments.put(id, {
      id,
      status: 'running',
      rollouts: [{ scope: '/shop', phase, since: millis(0), twins }],
    } as unknown as Deployment);
    tendPreviewPorts(this);
    return this;
  }

  twins(id: string): readonly Twin[] {
    return this.draft.deployments.get(id)?.rollouts?.[0]?.twins ?? [];
  }

  ports(id: string): readonly (readonly number[] | undefined)[] {
    return this.twins(id).map(({ previewPorts }) => previewPorts);
  }
}

const APPS: Readonly<Record<string, AppWire>> = {
  '/shop/web': { ports: [10_101] },
  '/shop/api': {
    portDefinitions: [{ port: 10_102, protocol: 'udp' }, { port: 10_103 }, { port: 10_104 }],
  },
  '/shop/worker': { ports: [] },
};

describe('preview ports', () => {
  it('are given to every service port of a version that is not live yet', () => {
    const stage = new Stage(APPS);
    stage.rollout('d1', 'reserving', '/shop/api', '/shop/web', '/shop/worker');
    expect(stage.ports('d1')).to.deep.equal([[0, 20_001, 20_002], [20_003], undefined]);
  });

  it('stay what they are, and are given back when it is live', () => {
    const stage = new Stage(APPS).rollout('d1', 'starting', '/shop/web');
    for (const phase of ['growing', 'switching'] as const) {
      stage.rollout('d1', phase, '/shop/web').rollout('d2', phase, '/shop/api');
      expect(stage.ports('d1')).to.deep.equal([[20_001]]);
      expect(stage.ports('d2')).to.deep.equal([[0, 20_002, 20_003]]);
    }
    stage.rollout('d1', 'promoted', '/shop/web');
    expect(stage.ports('d1')).to.deep.equal([undefined]);
    stage.rollout('d2', 'over', '/shop/api').rollout('d3', 'starting', '/shop/web');
    expect(stage.ports('d3')).to.deep.equal([[20_001]]);
  });

  it('are none that an app has as its service port', () => {
    const stage = new Stage({ ...APPS, '/other': { ports: [20_001] } });
    expect(stage.rollout('d1', 'starting', '/shop/web').ports('d1')).to.deep.equal([[20_002]]);
  });

  it('are 0 where the range is used up', () => {
    const stage = new Stage(APPS);
    stage
      .rollout('d1', 'starting', '/shop/api', '/shop/web')
      .rollout('d2', 'starting', '/shop/api');
    expect(stage.ports('d2')).to.deep.equal([[0, 20_004, 0]]);
  });
});
