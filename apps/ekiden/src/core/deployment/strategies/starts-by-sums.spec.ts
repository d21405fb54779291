import { expect } from 'chai';
import fc from 'fast-check';
import { Overlay, millis } from '@ekiden/kernel';
import { sampleApp } from '../../app/sample-app.js';
import {
  allWaitFor,
  isHealthy,
  sumsOfOneConfig,
  type Condition,
  type Instance,
} from '../../instance/index.js';
import { sampleInstance } from '../../instance/sample-instance.js';
import { emptyRows } from '../../turn/index.js';
import { rolling, startsBySums } from './rolling.js';

const CHECK = { protocol: 'COMMAND' as const, command: { value: 'true' } };

const CONDITIONS: readonly Condition[] = [
  ...(['Running', 'Running', 'Running', 'Scheduled', 'Provisioned', 'Starting'] as const),
  ...(['Killing', 'Unreachable', 'UnreachableInactive', 'Unknown', 'Failed', 'Gone'] as const),
];

const anyInstance: fc.Arbitrary<Instance> = fc
  .record({
    number: fc.integer({ min: 0, max: 11 }),
    condition: fc.constantFrom(...CONDITIONS),
    goal: fc.constantFrom('Running' as const, 'Running' as const, 'Decommissioned' as const),
    killed: fc.constantFrom(false, false, false, true),
    healthy: fc.constantFrom(undefined, true, true, false),
    // Mostly the same: several at once are the rare case.
    version: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 2),
  })
  .map(({ number, condition, goal, killed, healthy, version }) => {
    const config = { appVersion: millis(version), configVersion: millis(version) };
    const kill = killed ? { kill: { since: millis(0), reason: 'unhealthy' as const } } : {};
    const task = healthy === undefined ? {} : { healthy };
    return sampleInstance(`${number}`, { condition, goal, ...config, ...kill }, task);
  });

const anySet = fc.record({
  stored: fc.array(anyInstance, { maxLength: 12 }),
  // A put, or the removal of what the number stands for.
  drafted: fc.array(fc.tuple(anyInstance, fc.boolean()), { maxLength: 12 }),
  wanted: fc.integer({ min: 0, max: 12 }),
  strategy: fc.record({
    minimumHealthCapacity: fc.constantFrom(0, 0.3, 0.5, 1),
    maximumOverCapacity: fc.constantFrom(0, 0.3, 1),
  }),
  hasChecks: fc.boolean(),
});

/** The instances of `/web` in the middle of a turn. */
function draftOf(set: typeof anySet extends fc.Arbitrary<infer T> ? T : never) {
  const base = emptyRows().instances;
  for (const instance of set.stored) base.put(instance.id, instance);
  const instances = new Overlay(base);
  // Asked once before anything changes, the sums are kept up to date from there on.
  if (set.hasChecks) instances.tally('standing', '');
  for (const [instance, isPut] of set.drafted) {
    if (isPut) instances.put(instance.id, instance);
    else instances.remove(instance.id);
  }
  return instances;
}

describe('what is to be started, by sums', () => {
  it('is what a pass over the instances finds, or is left to such a pass', () => {
    let decided = 0;
    fc.assert(
      fc.property(anySet, (set) => {
        const { wanted, strategy, hasChecks } = set;
        const app = sampleApp(hasChecks ? { healthChecks: [CHECK] } : {});
        const instances = draftOf(set);
        const config = millis(1);
        const all = instances.by('app', '/web');
        const targets = rolling({
          wanted,
          configVersion: config,
          strategy,
          killSelection: 'YOUNGEST_FIRST',
          instances: all,
          isHealthy: (instance) => isHealthy(instance, app),
          sentenced: new Set(all.slice(0, 2).map(({ id }) => id)),
        });
        const sums = sumsOfOneConfig(instances, all[0]?.appId ?? app.id, { config, hasChecks });
        expect(sums !== undefined).to.equal(all.every((each) => each.configVersion === config));
        const start = sums && startsBySums({ wanted, strategy }, sums);
        if (start === undefined) return;
        decided += 1;
        expect(targets).to.deep.equal({ start, stop: [] });
      }),
      { numRuns: 1_000 },
    );
    expect(decided).to.be.at.least(100);
  });
});

describe('waiting instances', () => {
  it('all wait for a version when none waits for another', () => {
    fc.assert(
      fc.property(anySet, (set) => {
        const instances = draftOf(set);
        const [first] = instances.by('app', '/web');
        if (first === undefined) return;
        const waiting = instances.by('scheduled', '/web');
        expect(allWaitFor(instances, first.appId, millis(1))).to.equal(
          waiting.every(({ appVersion }) => appVersion === 1),
        );
      }),
    );
  });
});
