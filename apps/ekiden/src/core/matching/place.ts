import { attributeText, type AgentRow, type Attribute, type Domain } from '@ekiden/offers';

/** The host an instance might go to, as constraints see it. */
export interface Place {
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
}

/** Where an instance of the app is that constraints count. */
export interface PlacedInstance {
  readonly place: Place;
  /**
   * It shall not stay, or nobody hears of it: it is still in the way of what must not be twice
   * (UNIQUE, MAX_PER), but does not count for what is balanced or kept together.
   */
  readonly going: boolean;
}

/** What a constraint compares on a host: a field's text, or nothing (marathon-behaviour 4.9). */
export function fieldValue(place: Place, field: string): string | undefined {
  switch (field) {
    case 'hostname':
    case '@hostname':
      return place.hostname;
    case '@region':
      return place.domain?.region;
    case '@zone':
      return place.domain?.zone;
    default: {
      for (const attribute of place.attributes) {
        if (attribute.name === field) return attributeText(attribute);
      }
      return undefined;
    }
  }
}

/** Why an agent takes no new tasks; `undefined` when it does. */
export function closedBecause(agent: AgentRow): string | undefined {
  const { activated, drain, reachable, registered } = agent;
  if (!registered) return 'it has not been heard of since the election';
  if (!reachable) return 'unreachable';
  if (drain !== undefined) return drain.state === 'DRAINED' ? 'drained' : 'draining';
  return activated ? undefined : 'deactivated';
}
