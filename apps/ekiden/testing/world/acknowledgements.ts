import type { Answer } from '../../src/core/turn/index.js';
import type { MemoryStore } from './memory-store.js';

type Deployed = Extract<Answer, { kind: 'deployed' }>;

/** What clients were told has been taken; it must be stored, whatever happens afterwards. */
export class Acknowledgements {
  private readonly store: MemoryStore;
  private readonly told: Deployed[] = [];

  constructor(store: MemoryStore) {
    this.store = store;
  }

  add(reply: Deployed): void {
    this.told.push(reply);
  }

  missing(): readonly string[] {
    const deployments = this.store.rows('deployments');
    const versions = this.store.rows('appVersions');
    return this.told.flatMap(({ deploymentId, version }) => {
      const text = deployments.get(deploymentId);
      if (text === undefined) return [`deployment ${deploymentId} was acknowledged and is gone`];
      if (this.store.rootVersion < version) return [`the root is older than ${version}`];
      const { plan } = JSON.parse(text) as { plan: { changes: readonly Change[] } };
      return plan.changes.flatMap(({ id, after }) =>
        after === undefined || versions.has(`${id}@${after.version}`)
          ? []
          : [`version ${after.version} of ${id} was acknowledged and is gone`],
      );
    });
  }
}

interface Change {
  readonly id: string;
  readonly after?: { readonly version: number };
}
