import type { AgentId, Millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { InstanceId, TaskFailure } from '../instance/index.js';
import type { Change } from './change.js';
import type { AgentGroup } from './placement-sentence.js';

/** What sort of thing holds instances back, the gravest first. */
export const CAUSE_KINDS = [
  'fault',
  'volume',
  'dependency',
  'backoff',
  'quota',
  'placement',
  'preemption',
  'deployment',
  'starting',
  'unreachable',
  'health',
  'readiness',
  'healthHold',
  'drain',
  'maintenance',
  'unknownTask',
  'stopping',
  'route',
  'failure',
] as const;

export type CauseKind = (typeof CAUSE_KINDS)[number];

/** One reason, as a sentence without its full stop. */
export interface Cause {
  readonly kind: CauseKind;
  readonly message: string;
  readonly since?: Millis;
  /** When something happens to it by itself, at the latest. */
  readonly until?: Millis;
}

/** How many instances there are, of those that shall be. */
export interface Counts {
  readonly wanted: number;
  /** Of the present configuration. */
  readonly running: number;
  /** Running, healthy by all checks, and ready. */
  readonly healthy: number;
  /** Not placed. */
  readonly waiting: number;
  /** Running, of an earlier configuration: a deployment has not replaced them yet. */
  readonly old: number;
}

/** What all agents say to one more instance. */
export interface Placement {
  /** "3 of 5 agents lack 0.5 cpus; 2 are on rack r1 where GROUP_BY allows no more" */
  readonly sentence: string;
  readonly agents: number;
  /** Each agent in exactly one; largest first. */
  readonly groups: readonly AgentGroup[];
  /** The agent that comes nearest to taking one, and what it lacks; absent where one has room. */
  readonly nearest?: {
    readonly agentId: AgentId;
    readonly hostname: string;
    readonly lacks: readonly string[];
  };
  /** Smallest first; each was tried with the rules that place instances. */
  readonly changes: readonly Change[];
}

/** Why an app or pod is not as it shall be. */
export interface SpecReport {
  readonly kind: 'app' | 'pod';
  readonly id: PathId;
  readonly counts: Counts;
  /** The whole answer in one sentence. */
  readonly summary: string;
  /** Gravest first; empty = all is well. */
  readonly causes: readonly Cause[];
  readonly placement?: Placement;
  /** Every agent's refusals, the first hundred agents. */
  readonly agents: readonly AgentRefusals[];
  readonly delay?: { readonly timeLeftSeconds: number; readonly overdue: boolean };
  /** How a task of the present configuration ended badly last. */
  readonly lastFailure?: TaskFailure;
}

export interface AgentRefusals {
  readonly agentId: AgentId;
  readonly hostname: string;
  /** Sentences; empty = it would take one. */
  readonly refusals: readonly string[];
}

/** Why one instance is not running and healthy. */
export interface InstanceReport {
  readonly kind: 'instance' | 'task';
  readonly id: InstanceId | string;
  readonly app: PathId;
  readonly summary: string;
  readonly causes: readonly Cause[];
  /** Of its app, while the instance itself waits to be placed. */
  readonly placement?: Placement;
  readonly lastFailure?: TaskFailure;
}

/** Why what is below a group, or what a deployment changes, is not as it shall be. */
export interface ManyReport {
  readonly kind: 'group' | 'deployment';
  readonly id: string;
  readonly summary: string;
  readonly causes: readonly Cause[];
  /** Those that are not well, worst first, bounded. */
  readonly parts: readonly SpecReport[];
  /** How many more are not well. */
  readonly more: number;
}

export type WhyReport = SpecReport | InstanceReport | ManyReport;
