import type { View } from './view.js';
import { countsText, headText, markOf, nextSteps, rolloutLines, waitText } from './words.js';

/**
 * What is new since the last look, line by line, for those who cannot redraw: logs and pipes.
 * Moments stand for spans, so that nothing is said twice; each line names what it is about, so that
 * it can be said without those that were said before.
 */
export class PlainNews {
  private readonly said = new Map<string, readonly string[]>();

  of(view: View): readonly string[] {
    const { now: _now, ...timeless } = view;
    const parts: (readonly [key: string, lines: readonly string[]])[] = [
      ['', [headText(timeless)]],
      ...view.rollouts.map(
        (one) => [`rollout ${one.scope}`, rolloutLines(one, undefined)] as const,
      ),
      ...view.members
        .filter(({ stage, id }) => stage !== 'ahead' || this.said.has(id))
        .map((one) => [one.id, memberLines(one)] as const),
      ['waits', view.waits.map((wait) => `waits: ${waitText(wait, undefined)}`)],
      ['next', nextSteps(view).map((step) => `next: ${step}`)],
    ];
    return parts.flatMap(([key, lines]) => {
      const before = new Set(this.said.get(key));
      this.said.set(key, lines);
      return lines.filter((line) => !before.has(line));
    });
  }
}

function memberLines(member: View['members'][number]): readonly string[] {
  const { id, waits } = member;
  return [
    `  ${markOf(member)} ${id}  ${countsText(member)}`,
    ...waits.map((wait) => `    ${id} waits: ${waitText(wait, undefined)}`),
  ];
}
