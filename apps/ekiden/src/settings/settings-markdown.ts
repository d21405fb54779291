import { SETTINGS } from './setting-table.js';
import type { Setting } from './setting.js';

/** All settings as a Markdown table, for the README. */
export function settingsMarkdown(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map(
    ({ env, flag, value, description, default: written, fallback, marathon }) => {
      const shown =
        written === undefined || written === '' ? (fallback ?? 'none') : `\`${written}\``;
      const same = marathon === undefined ? '' : ` Marathon: \`${marathon}\`.`;
      return `| \`${env}\` | \`--${flag} <${value}>\` | ${shown} | ${description}${same} |`;
    },
  );
  return ['| Variable | Flag | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}
