import { expect } from 'chai';
import { resultOfError } from './cause.js';

describe('what an error says about a task', () => {
  function error(code: string): Error {
    return Object.assign(new Error(`connect ${code}`), { code });
  }

  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND']) {
    it(`is that it is ill, by ${code}`, () => {
      expect(resultOfError(error(code))).to.deep.equal({ ok: false, cause: `connect ${code}` });
    });
  }

  for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']) {
    it(`is that nobody answers there, by ${code}`, () => {
      expect(resultOfError(error(code))).to.deep.include({ ok: false, silent: true });
    });
  }

  for (const code of ['EMFILE', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EAI_AGAIN']) {
    it(`is nothing, by ${code}`, () => {
      expect(resultOfError(error(code)).notAsked).to.equal(true);
    });
  }
});
