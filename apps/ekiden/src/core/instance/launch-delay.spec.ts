import { expect } from 'chai';
import fc from 'fast-check';
import { millis, seconds } from '@ekiden/kernel';
import { sampleApp } from '../app/sample-app.js';
import { delayAfterFailure, forgottenAt, type LaunchDelay } from './launch-delay.js';

const NOW = seconds(1_000);

function delays(wire: Parameters<typeof sampleApp>[0], failures: number): number[] {
  const app = sampleApp(wire);
  const found: number[] = [];
  let delay: LaunchDelay | undefined;
  for (let i = 0; i < failures; i += 1) {
    delay = delayAfterFailure(delay, app, NOW);
    found.push(delay.delay);
  }
  return found;
}

describe('launch delays', () => {
  it('grow by the factor from the first one (marathon-behaviour 4.2)', () => {
    expect(delays({}, 6)).to.deep.equal([1_000, 1_150, 1_323, 1_521, 1_749, 2_011]);
  });

  it('reach the longest delay and stay there', () => {
    const all = delays({ maxLaunchDelaySeconds: 5, backoffFactor: 2 }, 6);
    expect(all).to.deep.equal([1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  });

  it('reach five minutes with the 42nd failure in a row', () => {
    const all = delays({}, 43);
    expect(all.findIndex((delay) => delay === 300_000) + 1).to.equal(42);
  });

  it('begin with the longest delay when the first one is longer', () => {
    expect(delays({ backoffSeconds: 60, maxLaunchDelaySeconds: 10 }, 2)).to.deep.equal([
      10_000, 10_000,
    ]);
  });

  it('count from the failure', () => {
    const app = sampleApp({ backoffSeconds: 3 });
    expect(delayAfterFailure(undefined, app, NOW).until).to.equal(NOW + 3_000);
  });

  it('are forgotten when it was quiet for as long as the longest delay', () => {
    const app = sampleApp({ backoffSeconds: 3, maxLaunchDelaySeconds: 20 });
    const delay = delayAfterFailure(undefined, app, NOW);
    expect(forgottenAt(delay, app)).to.equal(NOW + 23_000);
    expect(forgottenAt(delay, undefined)).to.equal(NOW + 303_000);
  });

  it('never shrink with another failure and never pass the longest', () => {
    const settings = fc.record({
      backoffSeconds: fc.integer({ min: 0, max: 400 }),
      backoffFactor: fc.integer({ min: 10, max: 40 }).map((n) => n / 10),
      maxLaunchDelaySeconds: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 60 }), (wire, failures) => {
        const all = delays(wire, failures);
        const longest = millis(wire.maxLaunchDelaySeconds * 1000);
        all.forEach((delay, i) => {
          expect(delay).to.be.at.most(longest);
          expect(delay).to.be.at.least(all[i - 1] ?? 0);
        });
      }),
    );
  });
});
