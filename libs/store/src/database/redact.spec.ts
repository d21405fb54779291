import { expect } from 'chai';

import { describeTarget, redact, secretsIn } from './index.js';

describe('redaction', () => {
  it('hides passwords inside URLs', () => {
    expect(redact('cannot reach postgres://me:s3cret@db:5432/x?sslmode=require')).to.equal(
      'cannot reach postgres://me:***@db:5432/x?sslmode=require',
    );
    expect(redact('postgres://db/x?user=me&password=s3cret&a=b')).to.equal(
      'postgres://db/x?user=me&password=***&a=b',
    );
  });

  it('hides a password wherever it stands, encoded or not', () => {
    const secrets = secretsIn('postgres://me:p%40ss@db/x');
    expect(redact('tried p@ss and p%40ss', secrets)).to.equal('tried *** and ***');
  });

  it('names a target by host and database only', () => {
    const url = 'postgres://me:s3cret@db:5432/x?sslmode=require';
    expect(describeTarget({ kind: 'url', url })).to.equal('Postgres at db:5432/x');
    expect(describeTarget({ kind: 'url', url: 'nonsense' })).to.contain('not a valid URL');
  });
});
