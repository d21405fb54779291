import { expect } from 'chai';
import { effectiveResources } from './effective-resources.js';
import { sampleApp } from './sample-app.js';

describe('the resources of an instance', () => {
  it('are limited to the request where the app sets no limit', () => {
    const app = sampleApp({ cpus: 0.5, mem: 64, resourceLimits: { mem: 'unlimited' } });
    expect(effectiveResources(app)).to.deep.equal({
      cpus: 0.5,
      mem: 64,
      disk: 0,
      gpus: 0,
      limits: { cpus: 0.5, mem: 'unlimited' },
    });
  });

  it('do not grow by the executor’s', () => {
    const app = sampleApp({ executor: '/opt/executor', executorResources: { cpus: 4 } });
    expect(effectiveResources(app).cpus).to.equal(1);
  });
});
