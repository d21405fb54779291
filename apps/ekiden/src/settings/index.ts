export { readSettings, type Invocation, type SettingsOutcome } from './read-settings.js';
export { SETTINGS, type Setting, type SettingTable } from './setting-table.js';
export { LOG_LEVELS, type LogLevel, type Settings } from './settings.js';
export { settingsMarkdown } from './settings-markdown.js';
