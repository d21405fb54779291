import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppWire } from '../src/core/app/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const AUTOMATIC = {
  strategy: 'blueGreen',
  blueGreen: { promotion: 'automatic', holdSeconds: 0 },
} as const;
const SERIAL = { rollout: { strategy: 'serial' } } as AppWire;
const ONCE = { rollout: { twin: false } } as AppWire;

type Story = (cmd: string) => readonly AppWire[];

/** Who waits for the promotion is waited for by it, and for `idle`, which nobody runs. */
const STORIES: readonly (readonly [name: string, story: Story, order: readonly string[]])[] = [
  [
    'what depends on a twin that comes up after it',
    (cmd) => [
      sleeper('idle', { instances: 0 }),
      sleeper('a', { cmd }),
      sleeper('m', { ...SERIAL, cmd, dependencies: ['a', 'idle'] }),
      sleeper('z', { cmd, dependencies: ['m'] }),
    ],
    ['/g/a', '/g/m', '/g/z'],
  ],
  [
    'what depends on a worker that never runs twice',
    (cmd) => [
      sleeper('idle', { instances: 0 }),
      sleeper('worker', { ...ONCE, cmd }),
      sleeper('m', { ...SERIAL, cmd, dependencies: ['worker', 'idle'] }),
      sleeper('z', { cmd, dependencies: ['m'] }),
    ],
    ['/g/m', '/g/z', '/g/worker'],
  ],
];

describe('A promotion that waits for who waits for it', () => {
  for (const [name, story, order] of STORIES) {
    it(`comes to its end: ${name}`, () => {
      const world = new RolloutWorld();
      const write = (cmd: string) =>
        world.putGroup('/g', { rollout: AUTOMATIC, apps: [...story(cmd)] });
      accepted(write('sleep 1'));
      world.advance(seconds(300));
      const before = world.performed.length;
      const { deploymentId } = accepted(write('sleep 2'));
      world.advance(seconds(300));
      expect(world.deploymentOf(deploymentId).status).to.equal('succeeded');
      const launched = world.performed
        .slice(before)
        .flatMap((effect) =>
          effect.kind === 'launch'
            ? [String((effect.info as { env: Env }).env.MARATHON_APP_ID)]
            : [],
        );
      expect(launched).to.deep.equal(order);
    });
  }
});

type Env = Readonly<Record<string, unknown>>;
