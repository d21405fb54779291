import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { parseMoment } from './moment.js';

describe('a moment', () => {
  const now = millis(Date.parse('2021-03-04T12:00:00Z'));

  const moments: readonly (readonly [text: string, moment: string | undefined])[] = [
    ['90s', '2021-03-04T11:58:30.000Z'],
    ['10m', '2021-03-04T11:50:00.000Z'],
    ['1h30m', '2021-03-04T10:30:00.000Z'],
    ['2d', '2021-03-02T12:00:00.000Z'],
    ['999999999d', '1970-01-01T00:00:00.000Z'],
    ['2021-03-04T11:00:00Z', '2021-03-04T11:00:00.000Z'],
    ['2021-03-04T11:00:00.250+02:00', '2021-03-04T09:00:00.250Z'],
    ['', undefined],
    ['10', undefined],
    ['10m ago', undefined],
    ['-10m', undefined],
    ['1.5h', undefined],
    ['m', undefined],
    ['yesterday', undefined],
    ['2021-03-04', undefined],
    ['2021-02-30T11:00:00Z', undefined],
  ];
  for (const [text, moment] of moments) {
    it(`written ${JSON.stringify(text)} is ${moment ?? 'none'}`, () => {
      const read = parseMoment(text, now);
      expect(read === undefined ? undefined : new Date(read).toISOString()).to.equal(moment);
    });
  }
});
