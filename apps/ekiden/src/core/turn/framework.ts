import { seconds } from '@ekiden/kernel';

/** The name our framework is stored under; its id is found again by it. */
export const FRAMEWORK_NAME = 'marathon';

/** A week, as Marathon's default (marathon-api 12.3). */
export const FAILOVER_TIMEOUT = seconds(604_800);

/** Offers that were looked at and not used come back after this long, or when demand grows. */
export const REFUSE_SECONDS = 5;
