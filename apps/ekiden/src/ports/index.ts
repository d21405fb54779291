export type { LeadershipView, ServiceDoor } from './service-door.js';
