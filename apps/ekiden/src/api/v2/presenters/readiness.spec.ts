import { expect } from 'chai';
import { sampleApp } from '../../../core/app/sample-app.js';
import { sampleInstance } from '../../../core/instance/sample-instance.js';
import { presentReadiness } from './readiness.js';

const CHECK = {
  name: 'warm',
  protocol: 'HTTP',
  path: '/ready',
  portName: 'http-api',
  intervalSeconds: 30,
  timeoutSeconds: 10,
  httpStatusCodesForReady: [200],
  preserveLastResponse: true,
} as const;
const APP = { ...sampleApp(), readinessChecks: [CHECK] };

describe('results of readiness checks', () => {
  it('are shown for tasks that run, those without an answer yet as not ready', () => {
    const running = sampleInstance('a');
    const { task } = running;
    const id = task?.id ?? '';
    const shown = presentReadiness([running], () => APP);
    expect(shown).to.deep.equal([{ name: 'warm', taskId: id, ready: false }]);
    expect(
      presentReadiness([sampleInstance('a', { condition: 'Staging' })], () => APP),
    ).to.deep.equal([]);
  });

  it('come with the last response where it is kept', () => {
    const lastResponse = { status: 503, contentType: 'text/plain', body: 'warming up' };
    const instance = sampleInstance('a', {}, { readiness: [{ ready: false, lastResponse }] });
    const [shown] = presentReadiness([instance], () => APP);
    expect(shown?.lastResponse).to.deep.equal(lastResponse);
  });
});
