import type { Settings } from '../settings/index.js';

const EVERY_ADDRESS = ['0.0.0.0', '::', '[::]'];

/**
 * `host:port` that other services on the same database forward requests to while this one leads.
 * One that listens on one address only is reached there and nowhere else, whatever its name.
 */
export function advertisedAddress(
  settings: Pick<Settings, 'advertisedAddress' | 'httpAddress' | 'httpPort' | 'hostname'>,
): string {
  const { httpAddress, httpPort, hostname } = settings;
  const listening = EVERY_ADDRESS.includes(httpAddress) ? hostname : httpAddress;
  const host = settings.advertisedAddress ?? listening;
  const isBareIpv6 = /^[\da-f.]*:[\da-f.]*:[\da-f:.]*$/i.test(host);
  const written = isBareIpv6 ? `[${host}]` : host;
  return /:\d+$/.test(written) ? written : `${written}:${httpPort}`;
}
