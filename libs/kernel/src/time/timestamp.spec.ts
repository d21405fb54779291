import { expect } from 'chai';
import fc from 'fast-check';
import { millis } from './clock.js';
import { formatTimestamp, parseTimestamp } from './timestamp.js';

const NOON = Date.UTC(2021, 2, 4, 12, 0, 0);

const readable: readonly (readonly [text: string, at: number])[] = [
  ['2021-03-04T12:00:00.000Z', NOON],
  ['2021-03-04T12:00:00Z', NOON],
  ['2021-03-04T12:00Z', NOON],
  ['2021-03-04T12:00:00.5Z', NOON + 500],
  ['2021-03-04T12:00:00.123456789Z', NOON + 123],
  ['2021-03-04T12:00:00.999999Z', NOON + 999],
  ['2021-03-04T14:00:00+02:00', NOON],
  ['2021-03-04T14:00:00+0200', NOON],
  ['2021-03-04T06:30:00-05:30', NOON],
  ['2021-03-05T01:00:00+13:00', NOON],
  ['2020-02-29T00:00:00Z', Date.UTC(2020, 1, 29)],
  ['1969-12-31T23:59:59.999Z', -1],
];

const unreadable: readonly string[] = [
  '',
  'now',
  '2021-03-04',
  '2021-03-04T12:00:00',
  '2021-03-04 12:00:00Z',
  '2021-03-04T12Z',
  '2021-03-04T12:00:00.Z',
  '2021-03-04T12:00:00.1234567890Z',
  '2021-03-04T12:00:00,5Z',
  '2021-03-04T24:00:00Z',
  '2021-03-04T12:60:00Z',
  '2021-03-04T12:00:61Z',
  '2021-13-04T12:00:00Z',
  '2021-00-04T12:00:00Z',
  '2021-02-30T12:00:00Z',
  '2021-02-29T12:00:00+01:00',
  '2021-03-04T12:00:00+99:00',
  '2021-03-04T12:00:00+2',
  ' 2021-03-04T12:00:00Z',
  '2021-03-04T12:00:00Z ',
  '1614859200000',
];

describe('timestamps', () => {
  it('are written in UTC with exactly three fraction digits', () => {
    expect(formatTimestamp(millis(Date.UTC(2021, 2, 4, 5, 6, 7, 80)))).to.equal(
      '2021-03-04T05:06:07.080Z',
    );
    expect(formatTimestamp(millis(0))).to.equal('1970-01-01T00:00:00.000Z');
  });

  it('come back as they were written', () => {
    const years0to9999 = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(years0to9999, (at) => {
        expect(parseTimestamp(formatTimestamp(millis(at)))).to.equal(at);
      }),
    );
  });

  it('sort as text by time', () => {
    const time = fc.integer({ min: 0, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(formatTimestamp(millis(a)) < formatTimestamp(millis(b))).to.equal(a < b);
      }),
    );
  });

  it('mean the same moment with any offset', () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), offset, (at, minutes) => {
        const local = formatTimestamp(millis(at + minutes * 60_000)).slice(0, -1);
        const hh = String(Math.trunc(Math.abs(minutes) / 60)).padStart(2, '0');
        const mm = String(Math.abs(minutes) % 60).padStart(2, '0');
        expect(parseTimestamp(`${local}${minutes < 0 ? '-' : '+'}${hh}:${mm}`)).to.equal(at);
      }),
    );
  });

  for (const [text, at] of readable) {
    it(`reads ${text}`, () => {
      expect(parseTimestamp(text)).to.equal(at);
    });
  }

  for (const text of unreadable) {
    it(`refuses "${text}"`, () => {
      expect(parseTimestamp(text)).to.equal(undefined);
    });
  }
});
