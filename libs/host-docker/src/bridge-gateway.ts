import { isIPv4 } from 'node:net';

interface AddressRange {
  readonly Subnet?: string;
  readonly Gateway?: string;
}

interface NetworkAnswer {
  readonly IPAM?: { readonly Config?: readonly AddressRange[] };
}

/** The gateway of a network, as the engine's answer about it has it. */
export function gatewayIn(answer: unknown): string | undefined {
  const { IPAM: ipam } = answer as NetworkAnswer;
  return (ipam?.Config ?? []).map(gatewayOf).find((gateway) => gateway !== undefined);
}

/** Not every engine names it; then it is the first address of the range (Docker's own choice). */
export function gatewayOf({ Gateway: gateway, Subnet: subnet }: AddressRange): string | undefined {
  if (gateway !== undefined && isIPv4(gateway)) return gateway;
  const network = subnet?.split('/')[0] ?? '';
  if (!isIPv4(network)) return undefined;
  return network.replace(/\d+$/, (last) => String(Number(last) + 1));
}
