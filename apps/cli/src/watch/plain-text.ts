import type { View } from './view.js';
import { countsText, headText, markOf, nextSteps, rolloutLines, waitText } from './words.js';

/**
 * What is new since the last look, line by line, for those who cannot redraw: logs and pipes.
 * Moments stand for spans, so that nothing is said twice.
 */
export class PlainNews {
  private readonly said = new Map<string, string>();

  of(view: View): readonly string[] {
    const { now: _now, ...timeless } = view;
    const parts: (readonly [key: string, text: string])[] = [
      ['', headText(timeless)],
      ...view.rollouts.map(
        (one) => [`rollout ${one.scope}`, rolloutLines(one, undefined).join('\n')] as const,
      ),
      ...view.members
        .filter(({ stage, id }) => stage !== 'ahead' || this.said.has(id))
        .map((one) => [one.id, memberText(one)] as const),
      ['waits', view.waits.map((wait) => `waits: ${waitText(wait, undefined)}`).join('\n')],
      [
        'next',
        nextSteps(view)
          .map((step) => `next: ${step}`)
          .join('\n'),
      ],
    ];
    return parts.flatMap(([key, text]) => {
      if ((this.said.get(key) ?? '') === text) return [];
      this.said.set(key, text);
      return text === '' ? [] : text.split('\n');
    });
  }
}

function memberText(member: View['members'][number]): string {
  const waits = member.waits.map((wait) => `    waits: ${waitText(wait, undefined)}`);
  return [`  ${markOf(member)} ${member.id}  ${countsText(member)}`, ...waits].join('\n');
}
