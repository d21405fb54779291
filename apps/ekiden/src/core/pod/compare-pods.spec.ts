import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { isScaleOnly, stampVersion, type PodDefinition } from '../app/index.js';
import type { PodWire } from './pod-wire.js';
import { container, samplePod } from './sample-pod.js';

const LATER = millis(1_700_000_000_000);

const BEFORE = samplePod();

function stamped(fields: Partial<PodWire>): PodDefinition {
  return stampVersion(BEFORE, samplePod(fields), LATER) as PodDefinition;
}

describe('a pod', () => {
  const quiet: readonly (readonly [name: string, fields: Partial<PodWire>])[] = [
    ['resources of the executor', { executorResources: { cpus: 0.5 } }],
    ['the choice of victims', { scheduling: { killSelection: 'OLDEST_FIRST' } }],
    ['the strategy for lost hosts', { scheduling: { unreachableStrategy: 'disabled' } }],
    ['shared control groups', { legacySharedCgroups: true }],
  ];
  for (const [name, fields] of quiet) {
    it(`is not restarted for ${name}, and is a new version all the same`, () => {
      const after = stamped(fields);
      expect(after.version).to.equal(LATER);
      expect(after.versionInfo).to.deep.equal(BEFORE.versionInfo);
    });
  }

  const loud: readonly (readonly [name: string, fields: Partial<PodWire>])[] = [
    ['labels', { labels: { a: 'b' } }],
    ['a container', { containers: [container({ tty: true })] }],
    ['resources of a container', { containers: [container({ resources: { cpus: 2 } })] }],
    ['the backoff', { scheduling: { backoff: { backoff: 2 } } }],
    ['the upgrade', { scheduling: { upgrade: { maximumOverCapacity: 0 } } }],
    ['the environment', { environment: { A: 'b' } }],
  ];
  for (const [name, fields] of loud) {
    it(`is restarted for ${name}`, () => {
      expect(stamped(fields).versionInfo.lastConfigChangeAt).to.equal(LATER);
    });
  }

  it('is only scaled when only its number changes', () => {
    const after = samplePod({ scaling: { kind: 'fixed', instances: 3 } });
    expect(isScaleOnly(BEFORE, after)).to.equal(true);
  });

  it('stays the version it is when nothing changes', () => {
    expect(stamped({})).to.equal(BEFORE);
  });
});
