export { HaproxyRouter, type HaproxyRouterOptions } from './haproxy-router.js';
export { retireHaproxy } from './retire-haproxy.js';
