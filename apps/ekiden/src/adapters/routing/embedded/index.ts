export { EmbeddedRouter, type EmbeddedRouterOptions } from './embedded-router.js';
export type { RouterLimits } from './limits.js';
