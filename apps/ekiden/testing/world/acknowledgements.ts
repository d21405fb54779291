import type { Deployment } from '../../src/core/deployment/index.js';
import { appVersionKey, type Answer } from '../../src/core/turn/index.js';
import type { MemoryStore } from './memory-store.js';

type Deployed = Extract<Answer, { kind: 'deployed' }>;

/** What clients were told has been taken; it must be stored, whatever happens afterwards. */
export class Acknowledgements {
  private readonly store: MemoryStore;
  private readonly versions = new Set<string>();
  private rootVersion = 0;

  constructor(store: MemoryStore) {
    this.store = store;
  }

  /** Called when a client hears of it; says what is not stored already at this moment. */
  add({ deploymentId, version }: Deployed): readonly string[] {
    const text = this.store.rows('deployments').get(deploymentId);
    if (text === undefined) return [`deployment ${deploymentId} is answered and not stored`];
    const { plan } = JSON.parse(text) as Deployment;
    for (const { id, after } of plan.changes) {
      if (after !== undefined) this.versions.add(appVersionKey(id, after.version));
    }
    this.rootVersion = Math.max(this.rootVersion, version);
    return this.missing();
  }

  missing(): readonly string[] {
    const stored = this.store.rows('appVersions');
    const lost = [...this.versions].filter((key) => !stored.has(key));
    const found = lost.map((key) => `version ${key} was acknowledged and is gone`);
    if (this.store.rootVersion >= this.rootVersion) return found;
    return [...found, `root ${this.rootVersion} was acknowledged and is gone`];
  }
}
