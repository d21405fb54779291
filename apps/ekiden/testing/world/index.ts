export { agentOf } from './agents.js';
export { World, type WorldOptions } from './world.js';
