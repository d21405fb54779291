import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import type { AppWire } from './app-wire.js';
import { isScaleOnly, isUpgrade } from './compare-apps.js';
import { sampleApp } from './sample-app.js';
import { stampVersion } from './stamp-version.js';

const t1 = millis(1_700_000_000_000);
const t2 = millis(1_700_000_100_000);
const stored = stampVersion(undefined, sampleApp(), t1);

describe('what restarts an app', () => {
  const restarting: readonly AppWire[] = [
    { cmd: 'sleep 61' },
    { user: 'web' },
    { env: { A: 'a' } },
    { labels: { a: 'a' } },
    { cpus: 2 },
    { constraints: [['hostname', 'UNIQUE']] },
    { fetch: [{ uri: 'a' }] },
    { portDefinitions: [] },
    { backoffSeconds: 2 },
    { healthChecks: [{}] },
    { dependencies: ['db'] },
    { upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 1 } },
    { unreachableStrategy: 'disabled' },
    { killSelection: 'OLDEST_FIRST' },
    { acceptedResourceRoles: ['*'] },
    { taskKillGracePeriodSeconds: 9 },
    { resourceLimits: { cpus: 'unlimited' } },
    { tty: true },
    { role: 'shop' },
  ];
  for (const wire of restarting) {
    it(`a change of ${Object.keys(wire).join()} does`, () => {
      expect(isUpgrade(sampleApp(), sampleApp(wire))).to.equal(true);
    });
  }

  it('a change of instances or executor resources does not', () => {
    expect(isUpgrade(sampleApp(), sampleApp({ instances: 5 }))).to.equal(false);
    expect(isUpgrade(sampleApp(), sampleApp({ executorResources: { cpus: 1 } }))).to.equal(false);
    expect(isScaleOnly(sampleApp(), sampleApp({ instances: 5 }))).to.equal(true);
    expect(isScaleOnly(sampleApp(), sampleApp({ instances: 5, cpus: 2 }))).to.equal(false);
  });

  it('another order of keys, health checks or constraints does not', () => {
    const checks = [{ path: '/a' }, { path: '/b' }];
    const rules = [['a', 'UNIQUE'], ['b', 'UNIQUE']]; // prettier-ignore
    const one = sampleApp({ env: { A: '1', B: '2' }, healthChecks: checks, constraints: rules });
    const two = sampleApp({
      env: { B: '2', A: '1' },
      healthChecks: [...checks].reverse(),
      constraints: [...rules].reverse(),
    });
    expect(isUpgrade(one, two)).to.equal(false);
  });

  it('another order of ports or arguments does', () => {
    const first = sampleApp({ ports: [1, 2] });
    expect(isUpgrade(first, sampleApp({ ports: [2, 1] }))).to.equal(true);
  });

  it('writing out the port index that a health check has anyway does not', () => {
    const implied = sampleApp({ healthChecks: [{ path: '/' }] });
    const written = sampleApp({ healthChecks: [{ path: '/', portIndex: 0 }] });
    expect(isUpgrade(implied, written)).to.equal(false);
  });
});

describe('stamping versions', () => {
  const at = (scaling: number, config: number): object => ({
    lastScalingAt: scaling,
    lastConfigChangeAt: config,
  });

  it('dates a new app as scaled and configured now', () => {
    expect(stored).to.deep.include({ version: t1, versionInfo: at(t1, t1) });
  });

  it('dates an upgrade likewise, even if it scales too', () => {
    const next = stampVersion(stored, { ...stored, cmd: 'other', instances: 3 }, t2);
    expect(next).to.deep.include({ version: t2, versionInfo: at(t2, t2) });
  });

  it('dates a scale-only change as scaled', () => {
    const next = stampVersion(stored, { ...stored, instances: 3 }, t2);
    expect(next).to.deep.include({ version: t2, versionInfo: at(t2, t1) });
  });

  it('dates a restart as configured', () => {
    const next = stampVersion(stored, stored, t2, { restart: true });
    expect(next).to.deep.include({ version: t2, versionInfo: at(t1, t2) });
  });

  it('gives edited executor resources a version of their own without a restart', () => {
    const executorResources = { cpus: 1, mem: 32, disk: 10 };
    const next = stampVersion(stored, { ...stored, executorResources }, t2);
    expect(next).to.deep.include({ version: t2, versionInfo: at(t1, t1), executorResources });
  });

  it('returns the very same object for an identical definition', () => {
    expect(stampVersion(stored, sampleApp(), t2)).to.equal(stored);
  });

  it('never goes back, whatever the clock says', () => {
    const change = fc.record({
      now: fc.integer({ min: 0, max: 2_000_000_000_000 }),
      instances: fc.integer({ min: 0, max: 3 }),
      cmd: fc.constantFrom('one', 'two'),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        let app = stored;
        for (const { now, restart, ...fields } of changes) {
          const next = stampVersion(app, { ...app, ...fields }, millis(now), { restart });
          expect(next === app || next.version > app.version).to.equal(true);
          const { lastScalingAt, lastConfigChangeAt } = next.versionInfo;
          expect(lastScalingAt >= app.versionInfo.lastScalingAt).to.equal(true);
          expect(lastConfigChangeAt >= app.versionInfo.lastConfigChangeAt).to.equal(true);
          expect(Math.max(lastScalingAt, lastConfigChangeAt) <= next.version).to.equal(true);
          app = next;
        }
      }),
    );
  });
});
