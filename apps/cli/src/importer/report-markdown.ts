import { adviceFor } from './advice.js';
import { needsOf, noteText, summaryOf } from './report-text.js';
import type { DefinitionReport, ImportReport } from './report.js';

/** The report as a page to hand around. `plan`: lines of what the new service would do. */
export function reportMarkdown(report: ImportReport, plan?: string): string {
  const needs = needsOf(report);
  return [
    '# Import from Marathon',
    summaryOf(report),
    ...(needs.length === 0 ? [] : ['## Beforehand', needs.map((one) => `- ${one}`).join('\n')]),
    ...(report.problems.length === 0
      ? []
      : ['## Problems', report.problems.map((one) => `- ${one}`).join('\n')]),
    '## Definitions',
    ...report.definitions.map(sectionOf),
    ...(plan === undefined ? [] : ['## Plan', `\`\`\`\n${plan}\n\`\`\``]),
    'Differences that hold for everything: docs/compatibility.md.\n',
  ].join('\n\n');
}

function sectionOf({ kind, id, source, kept, changed, lost, refused }: DefinitionReport): string {
  const lines = [
    ...(kept.length === 0 ? [] : [`- kept: ${kept.join(', ')}`]),
    ...changed.map((note) => `- **changed** ${noteText(note)}`),
    ...lost.map((note) => `- **lost** ${noteText(note)}`),
    ...refused.map((one) => {
      const advice = adviceFor(one);
      return `- **refused** ${one.path} ${one.message}${advice === undefined ? '' : ` (${advice})`}`;
    }),
  ];
  const from = source === undefined ? '' : ` (${source})`;
  return `### ${kind} \`${id}\`${from}\n\n${lines.join('\n')}`;
}
