import type { Chance } from '@ekiden/kernel';
import { pick, pickWeighted } from '@ekiden/testkit';
import { isPod, type PathId, type PodDefinition } from '../../src/core/app/index.js';
import type { PodWire } from '../../src/core/pod/index.js';
import type { ApiCommand, RootChange, StateView } from '../../src/core/turn/index.js';
import { commandFor } from './conduct.js';
import type { Manners } from './overlap.js';
import { randomRollout } from './rollout-user.js';

/** The last one is an app's id too now and then: whoever comes second is refused. */
const POD_IDS = [
  '/pods/a',
  '/pods/b',
  '/shop/cart',
  '/batch/join',
  '/lone',
] as readonly string[] as readonly [PathId, ...PathId[]];

/** Somebody who likes pods: makes, changes and removes them, and kills their instances. */
export class PodUser {
  private readonly chance: Chance;
  private readonly manners: Manners;
  private edition = 0;

  constructor(chance: Chance, manners: Manners) {
    this.chance = chance;
    this.manners = manners;
  }

  next(view: StateView): ApiCommand | undefined {
    const { chance } = this;
    const pods = [...view.root.apps.values()].filter(isPod).sort((a, b) => (a.id < b.id ? -1 : 1));
    const pod = pods[chance.int(Math.max(1, pods.length))];
    const id = pick(chance, POD_IDS);
    if (pod === undefined) return this.change({ kind: 'createPod', id, pod: this.pod(id) });
    const deed = pickWeighted(chance, {
      create: 3,
      replace: 4,
      quiet: 2,
      remove: 3,
      kill: 3,
      restart: 2,
    });
    switch (deed) {
      case 'create':
        return this.change({ kind: 'createPod', id, pod: this.pod(id) });
      case 'replace':
        return this.change({ kind: 'updatePod', id: pod.id, pod: this.pod(pod.id) });
      case 'quiet':
        return this.change({ kind: 'updatePod', id: pod.id, pod: this.edited(pod) });
      case 'remove':
        return this.change({ kind: 'deletePod', id: pod.id });
      case 'restart':
        return this.change({ kind: 'restartPod', id: pod.id });
      case 'kill':
        return this.kill(pod, view);
    }
  }

  private kill(pod: PodDefinition, view: StateView): ApiCommand {
    const ids = view.instances.by('app', pod.id).map((instance) => instance.id);
    const some = this.chance.shuffle(ids).slice(0, 1 + this.chance.int(2));
    return {
      kind: 'killTasks',
      tasks: { by: 'instances', pod: pod.id, ids: some },
      scale: false,
      wipe: this.chance.int(2) === 0,
      force: false,
    };
  }

  private pod(id: PathId): PodWire {
    const { chance } = this;
    this.edition += 1;
    const kind = pickWeighted(chance, { run: 12, crash: 1, finish: 1, stuck: 1 });
    const command = { shell: commandFor({ kind, checked: false }, this.edition) };
    return {
      id,
      containers: [
        { name: 'main', exec: { command }, resources: { cpus: 0.1, mem: 16 } },
        { name: 'beside', exec: { command }, resources: { cpus: 0.1, mem: 16 } },
      ],
      scaling: { kind: 'fixed', instances: pick(chance, [0, 0, 1, 2, 3]) },
      scheduling: { killSelection: pick(chance, ['YOUNGEST_FIRST', 'OLDEST_FIRST']) },
      ...(chance.int(3) === 0 ? { rollout: randomRollout(chance) } : {}),
    };
  }

  /** The same containers: what restarts nothing, and perhaps another number of instances. */
  private edited({ id, pod, instances }: PodDefinition): PodWire {
    const { chance } = this;
    return {
      id,
      containers: pod.containers,
      scaling: { kind: 'fixed', instances: chance.int(2) === 0 ? instances : chance.int(4) },
      scheduling: { killSelection: pick(chance, ['YOUNGEST_FIRST', 'OLDEST_FIRST']) },
      executorResources: { cpus: pick(chance, [0.1, 0.2]) },
    };
  }

  private change(change: RootChange): ApiCommand {
    const origin = { clientIp: '127.0.0.1', uri: '/v2/pods' };
    const overlap = pick(this.chance, this.manners);
    const queue = overlap === 'queue' ? { queue: true } : {};
    return { kind: 'changeRoot', change, force: overlap === 'force', ...queue, origin };
  }
}
