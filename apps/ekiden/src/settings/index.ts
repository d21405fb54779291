export type { DockerHostEntry, DockerHostsRule } from './docker-hosts.js';
export type { HttpSettings } from './http-settings.js';
export { readSettings, type Invocation, type SettingsOutcome } from './read-settings.js';
export type { LogLevel, Settings } from './settings.js';
export { settingsMarkdown } from './settings-markdown.js';
