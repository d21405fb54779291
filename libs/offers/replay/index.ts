export { recordingAllocator } from './recording-allocator.js';
export { Replay } from './replay.js';
export type { ReplayEvent, RoleShares } from './replay-event.js';
export type { AllocatorSettings, ReplayParts } from './world.js';
