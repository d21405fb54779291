export { ForwarderRouter, type ForwarderRouterOptions } from './forwarder-router.js';
