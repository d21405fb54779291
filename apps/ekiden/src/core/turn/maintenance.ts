import { millis, type Millis } from '@ekiden/kernel';
import type { Unavailability } from '@ekiden/offers';

/** What planned maintenance of agents means for placing (marathon-behaviour 4.12). */
export interface MaintenanceRules {
  /** Otherwise windows are shown and nothing follows from them (RES-18). */
  readonly enabled: boolean;
  /** So long before the start nothing new is placed, and what is there moves (`draining_seconds`). */
  readonly lead: Millis;
}

/** When a window is over; `undefined` = never (RES-17). */
export function windowEnd({ start, duration }: Unavailability): Millis | undefined {
  return duration === undefined ? undefined : millis(start + duration);
}

/** Whether an agent is to be left for its maintenance at this moment (RES-16). */
export function isBeingLeft(
  window: Unavailability,
  { now, maintenance }: { readonly now: Millis; readonly maintenance: MaintenanceRules },
): boolean {
  if (!maintenance.enabled || now <= window.start - maintenance.lead) return false;
  const end = windowEnd(window);
  return end === undefined || now < end;
}
