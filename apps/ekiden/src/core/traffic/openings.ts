import type { Listen, RouteKind } from './route-table.js';

/** Where the variables of dependents point: processes of this machine reach it, nobody else. */
export const SCOPE_ADDRESS = '127.0.0.1';

/** An address that routes listen on, and for whom. */
export type Opening = Pick<Listen, 'address'> & { readonly kind: RouteKind };

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/**
 * The service address, and the addresses that tasks look for service ports at, where those are
 * others (ADR 0010): loopback, and what containers reach.
 */
export function openingsFor(
  serviceAddress: string,
  scopeAddresses: Iterable<string> = [],
): readonly Opening[] {
  const service: Opening = { address: serviceAddress, kind: 'service' };
  if (EVERYWHERE.includes(serviceAddress)) return [service];
  const scopes = scopesFor(scopeAddresses).filter((address) => address !== serviceAddress);
  return [service, ...scopes.map((address): Opening => ({ address, kind: 'scope' }))];
}

/** Addresses that tasks are told to find things at; nobody outside reaches them. */
export function scopesFor(scopeAddresses: Iterable<string>): readonly string[] {
  return [...new Set([SCOPE_ADDRESS, ...[...scopeAddresses].sort()])];
}
