import type { Action } from '../client/index.js';
import { actionText, type Paint } from '../output/index.js';

/** How far one app or pod of a deployment is. */
export interface Member {
  readonly id: string;
  readonly wanted: number;
  readonly running: number;
  /** Undefined where nothing checks. */
  readonly healthy?: number;
  /** Why the rest is not there, sentences. */
  readonly reasons: readonly string[];
}

/** One look at a deployment under way. */
export interface Progress {
  /** 1 for the first; 0 before it begins. */
  readonly step: number;
  readonly steps: number;
  readonly actions: readonly Action[];
  readonly members: readonly Member[];
  /** Apps and pods affected but not looked at. */
  readonly others: number;
}

const REASONS_MAX = 5;

/** What a person sees of it; the same look gives the same lines. */
export function progressLines(progress: Progress, paint: Paint): readonly string[] {
  const { step, steps, actions, members, others } = progress;
  const doing = actions.map(actionText);
  const shown =
    doing.slice(0, 3).join(', ') + (doing.length > 3 ? `, ${doing.length - 3} more` : '');
  const width = members.reduce((widest, { id }) => Math.max(widest, id.length), 0);
  return [
    `step ${step} of ${steps}${shown === '' ? '' : `: ${shown}`}`,
    ...members.flatMap((member) => memberLines(member, width, paint)),
    ...(others > 0 ? [`  and ${others} more`] : []),
  ];
}

function memberLines(member: Member, width: number, paint: Paint): readonly string[] {
  const { id, wanted, running, healthy, reasons } = member;
  const there = `${running}/${wanted} running`;
  const complete = running >= wanted && (healthy === undefined || healthy >= wanted);
  const health = healthy === undefined ? '' : `, ${healthy} healthy`;
  const more = reasons.length - REASONS_MAX;
  return [
    `  ${id.padEnd(width)}  ${complete ? paint.good(there + health) : there + health}`,
    ...reasons
      .slice(0, REASONS_MAX)
      .map((reason) => `  ${' '.repeat(width)}  ${paint.doubtful('waits:')} ${reason}`),
    ...(more > 0 ? [`  ${' '.repeat(width)}  and ${more} more reasons`] : []),
  ];
}
