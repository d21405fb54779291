export type { DockerHostEntry, DockerHostsRule } from './docker-hosts.js';
export { effectiveSettings, masked, type EffectiveSettings } from './effective-settings.js';
export type { HttpSettings } from './http-settings.js';
export { readSettings, type Invocation, type SettingsOutcome } from './read-settings.js';
export type { LogLevel, Settings } from './settings.js';
export { settingsMarkdown } from './settings-markdown.js';
export type { SettingNote } from './marathon-variables.js';
