import type { PathId } from '../src/core/app/index.js';
import type { PodWire } from '../src/core/pod/index.js';
import type { Reply } from '../src/core/turn/index.js';
import { GroupWorld } from './group-world.js';

/** A pod with nothing to run in it, unless more is said. */
function pod(id: string, instances = 0, more: Partial<PodWire> = {}): PodWire {
  const resources = { cpus: 0.1, mem: 16 };
  const scaling = { kind: 'fixed', instances } as const;
  return { id, containers: [{ name: 'main', resources }], scaling, ...more };
}

/** A small world spoken to in pods. */
export class PodWorld extends GroupWorld {
  createPod(id: string, instances = 0, more: Partial<PodWire> = {}, force = false): Reply {
    const wire = pod(id, instances, more);
    return this.change({ kind: 'createPod', id: id as PathId, pod: wire }, force);
  }

  putPod(id: string, instances = 0, more: Partial<PodWire> = {}, force = false): Reply {
    const wire = pod(id, instances, more);
    return this.change({ kind: 'updatePod', id: id as PathId, pod: wire }, force);
  }

  deletePod(id: string, force = false): Reply {
    return this.change({ kind: 'deletePod', id: id as PathId }, force);
  }

  restartPod(id: string, force = false): Reply {
    return this.change({ kind: 'restartPod', id: id as PathId }, force);
  }

  kindOf(id: string): 'app' | 'pod' | undefined {
    const spec = this.state.rows.apps.get(id as PathId);
    return spec && (spec.pod === undefined ? 'app' : 'pod');
  }
}
