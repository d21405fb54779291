import { millis, parseTimestamp, type Millis } from '@ekiden/kernel';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION = /^(?:\d{1,9}[smhd])+$/;

/**
 * A moment as people write it: an ISO-8601 date-time with an offset, or how long ago it was (`90s`,
 * `10m`, `1h30m`, `2d`). `undefined` for anything else.
 */
export function parseMoment(text: string, now: Millis): Millis | undefined {
  if (!DURATION.test(text)) return parseTimestamp(text);
  let ago = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+)([smhd])/g)) {
    ago += Number(count) * (UNITS[unit] ?? 0);
  }
  return millis(Math.max(0, now - ago));
}
