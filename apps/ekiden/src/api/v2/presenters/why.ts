import { assertNever, formatTimestamp } from '@ekiden/kernel';
import { constraintParts } from '../../../core/matching/index.js';
import type { TaskFailure } from '../../../core/instance/index.js';
import {
  changeText,
  editText,
  type Cause,
  type Change,
  type Edit,
  type Placement,
  type WhyReport,
} from '../../../core/why/index.js';
import type { Shown, why } from '../../schemas/index.js';
import { presentTaskFailure } from './task.js';

type ShownWhy = Shown<typeof why>;
type ShownPlacement = NonNullable<ShownWhy['placement']>;

/** `output` = the last lines of the task that failed last. */
export function presentWhy(report: WhyReport, output?: readonly string[]): ShownWhy {
  const { kind, id, summary } = report;
  const base = {
    kind,
    id,
    summary,
    waiting: 0,
    causes: report.causes.map(presentCause),
    reasons: report.causes.map(({ message }) => message),
    agents: [],
  };
  switch (report.kind) {
    case 'app':
    case 'pod':
      return {
        ...base,
        counts: report.counts,
        waiting: report.counts.waiting,
        ...placementOf(report.placement),
        agents: report.agents,
        ...(report.delay === undefined ? {} : { delay: report.delay }),
        ...failureOf(report.lastFailure, output),
      };
    case 'instance':
    case 'task':
      return {
        ...base,
        app: report.app,
        waiting: report.placement === undefined ? 0 : 1,
        ...placementOf(report.placement),
        ...failureOf(report.lastFailure, output),
      };
    case 'group':
    case 'deployment': {
      const parts = report.parts.map((part) => presentWhy(part));
      const waiting = report.parts.reduce((sum, { counts }) => sum + counts.waiting, 0);
      return { ...base, waiting, parts, more: report.more };
    }
    default:
      return assertNever(report);
  }
}

function presentCause({ kind, message, since, until }: Cause): ShownWhy['causes'][number] {
  return {
    kind,
    message,
    ...(since === undefined ? {} : { since: formatTimestamp(since) }),
    ...(until === undefined ? {} : { until: formatTimestamp(until) }),
  };
}

function placementOf(placement: Placement | undefined): { readonly placement?: ShownPlacement } {
  if (placement === undefined) return {};
  return { placement: { ...placement, changes: placement.changes.map(presentChange) } };
}

function presentChange(change: Change): ShownPlacement['changes'][number] {
  const base = { kind: change.kind, message: changeText(change) };
  switch (change.kind) {
    case 'definition': {
      const { agentId, hostname, edits } = change;
      return { ...base, edits: edits.map(presentEdit), agentId, hostname };
    }
    case 'activateAgent':
      return { ...base, agentId: change.agentId, hostname: change.hostname };
    case 'scale':
      return { ...base, instances: change.to };
    case 'addAgent':
      return base;
    default:
      return assertNever(change);
  }
}

type ShownEdit = NonNullable<ShownPlacement['changes'][number]['edits']>[number];

function presentEdit(edit: Edit): ShownEdit {
  const base = { kind: edit.kind, message: editText(edit) };
  switch (edit.kind) {
    case 'resource':
      return { ...base, name: edit.name, from: edit.from, to: edit.to };
    case 'removeConstraint':
      return { ...base, constraint: constraintParts(edit.constraint) };
    case 'anyHostPort':
      return { ...base, from: edit.port };
    case 'anyResourceRole':
      return base;
    default:
      return assertNever(edit);
  }
}

function failureOf(
  failure: TaskFailure | undefined,
  output: readonly string[] | undefined,
): Pick<ShownWhy, 'lastFailure'> {
  if (failure === undefined) return {};
  return {
    lastFailure: {
      ...presentTaskFailure(failure),
      ...(failure.exitCode === undefined ? {} : { exitCode: failure.exitCode }),
      ...(output === undefined || output.length === 0 ? {} : { output }),
    },
  };
}
