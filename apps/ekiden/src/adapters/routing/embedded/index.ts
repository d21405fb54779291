export { EmbeddedRouter, type EmbeddedRouterOptions } from './embedded-router.js';
export { retireEmbedded } from './retire-embedded.js';
export type { RouterLimits } from './limits.js';
