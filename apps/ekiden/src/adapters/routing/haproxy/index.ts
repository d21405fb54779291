export { HaproxyRouter, type HaproxyRouterOptions } from './haproxy-router.js';
