import { expect } from 'chai';
import { askedPreview } from './asked-preview.js';

const CASES = [
  { header: undefined, cookies: undefined, asked: undefined },
  { header: 'd1', cookies: undefined, asked: 'd1' },
  { header: 'd1', cookies: 'X-Ekiden-Preview=d2', asked: 'd1' },
  { header: '', cookies: 'X-Ekiden-Preview=d2', asked: 'd2' },
  { header: undefined, cookies: 'a=1; x-ekiden-preview=d2; b=3', asked: 'd2' },
  { header: undefined, cookies: 'X-Ekiden-Preview=; a=1', asked: undefined },
  { header: undefined, cookies: 'X-Ekiden-Preview-2=d2; X-Ekiden-Preview', asked: undefined },
];

describe('the preview that a request asks for', () => {
  for (const { header, cookies, asked } of CASES) {
    const name = `header ${header ?? '-'}, cookies ${cookies ?? '-'}: ${asked ?? 'none'}`;
    it(name, () => {
      expect(askedPreview(header, cookies)).to.equal(asked);
    });
  }
});
