export type { HostListener, HostTerm, Hosts } from './hosts.js';
export type { Log, LogEntry } from './log.js';
export type { LeadershipView, ServiceDoor } from './service-door.js';
export type { CommitFailure, LeaderTerm, StateStore, StoredState } from './state-store.js';
