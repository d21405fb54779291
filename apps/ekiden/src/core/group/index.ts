export type { Group, RootView } from './root-group.js';
