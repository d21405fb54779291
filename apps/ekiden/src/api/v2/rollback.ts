import type { Millis } from '@ekiden/kernel';
import type { AppWire } from '../../core/app/index.js';
import { Problem } from '../http/index.js';
import { versionOf } from './ids.js';

const ALONE = "The 'version' field may only be combined with the 'id' field.";

/**
 * The version that an update wants restored; `undefined` for an ordinary update. Throws a
 * `Problem` (422) if other fields are given beside it (marathon-api 4.1).
 */
export function rollbackVersion({ version, ...rest }: AppWire): Millis | undefined {
  if (version === undefined || version === null) return undefined;
  const others = Object.entries(rest).filter(([key, value]) => key !== 'id' && value !== undefined);
  if (others.length === 0) return versionOf(version);
  throw new Problem(422, {
    message: 'Object is not valid',
    details: [{ path: '/', errors: [ALONE] }],
  });
}
