import type { Millis } from '@ekiden/kernel';
import type { AppWire } from '../../core/app/index.js';
import { Problem } from '../http/index.js';
import { versionOf } from './ids.js';

const ALONE = "The 'version' field may only be combined with the 'id' field.";

/**
 * The version that an update wants restored; `undefined` for an ordinary update. A document with
 * version info is one that was shown: it is taken back as it is, its version means nothing. Throws
 * a `Problem` (422) if other fields are given beside a version (marathon-api 4.1); `place` is where
 * the document is in a list.
 */
export function rollbackVersion(app: AppWire, place = ''): Millis | undefined {
  const { version, versionInfo, ...rest } = app;
  if (version === undefined || version === null) return undefined;
  if (versionInfo !== undefined && versionInfo !== null) return undefined;
  const others = Object.entries(rest).filter(([key, value]) => key !== 'id' && value !== undefined);
  if (others.length === 0) return versionOf(version);
  throw new Problem(422, {
    message: 'Object is not valid',
    details: [{ path: place === '' ? '/' : place, errors: [ALONE] }],
  });
}
