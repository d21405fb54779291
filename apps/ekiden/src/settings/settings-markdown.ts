import { SETTINGS, type Setting } from './setting-table.js';

/** All settings as a Markdown table, for the README. */
export function settingsMarkdown(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS).map(
    ({ env, flag, value, description, default: written, fallback }) => {
      const shown =
        written === undefined || written === '' ? (fallback ?? 'none') : `\`${written}\``;
      return `| \`${env}\` | \`--${flag} <${value}>\` | ${shown} | ${description} |`;
    },
  );
  return ['| Variable | Flag | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}
