import { expect } from 'chai';
import type { ReadinessCheck } from '../app/index.js';
import { RESPONSE_BODY_MAX, judgeReadiness, readinessStatesOf } from './readiness.js';

const CHECK: ReadinessCheck = {
  name: 'readinessCheck',
  protocol: 'HTTP',
  path: '/ready',
  portName: 'http-api',
  intervalSeconds: 30,
  timeoutSeconds: 10,
  httpStatusCodesForReady: [200, 204],
  preserveLastResponse: false,
};
const KEEPING = { ...CHECK, preserveLastResponse: true };
const NOT_YET = { ready: false };

function response(status: number, body = '') {
  return { response: { status, contentType: 'text/plain', body } };
}

describe('judging readiness', () => {
  it('takes the accepted status codes and no others (RDY-04)', () => {
    expect(judgeReadiness(NOT_YET, CHECK, response(204))).to.deep.equal({ ready: true });
    expect(judgeReadiness(NOT_YET, CHECK, response(201))).to.equal(undefined);
  });

  it('says nothing of what is known already', () => {
    expect(judgeReadiness({ ready: true }, CHECK, response(200))).to.equal(undefined);
    const kept = judgeReadiness(NOT_YET, KEEPING, response(503, 'warming up'));
    expect(kept?.lastResponse).to.deep.include({ status: 503, body: 'warming up' });
    expect(judgeReadiness(kept ?? NOT_YET, KEEPING, response(503, 'warming up'))).to.equal(
      undefined,
    );
    expect(judgeReadiness(kept ?? NOT_YET, KEEPING, response(503, 'nearly'))?.ready).to.equal(
      false,
    );
  });

  it('never takes readiness back (RDY-07)', () => {
    expect(judgeReadiness({ ready: true }, CHECK, response(500))).to.equal(undefined);
    const after = judgeReadiness({ ready: true }, KEEPING, response(500));
    expect(after?.ready).to.equal(true);
  });

  it('counts no answer as status 504, with the cause in its place', () => {
    const answer = { response: undefined, cause: 'no answer within 10 s' };
    expect(judgeReadiness(NOT_YET, KEEPING, answer)).to.deep.equal({
      ready: false,
      lastResponse: { status: 504, contentType: 'text/plain', body: 'no answer within 10 s' },
    });
    expect(judgeReadiness(NOT_YET, CHECK, answer)).to.equal(undefined);
  });

  it('keeps a bounded part of a response', () => {
    const kept = judgeReadiness(NOT_YET, KEEPING, response(503, 'x'.repeat(100_000)));
    expect(kept?.lastResponse?.body).to.have.length(RESPONSE_BODY_MAX);
  });

  it('has one state per check, whatever is stored', () => {
    const readinessChecks = [CHECK, KEEPING];
    expect(readinessStatesOf(undefined, { readinessChecks })).to.deep.equal([NOT_YET, NOT_YET]);
    expect(readinessStatesOf([{ ready: true }], { readinessChecks })).to.deep.equal([
      { ready: true },
      NOT_YET,
    ]);
  });
});
