import type { Chance, TaskId } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { Volume } from '../volume/index.js';

export interface LaunchFacts {
  readonly app: AppDefinition;
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly host: string;
  /** Allocated host ports by entry of the app's ports; `undefined` = that entry has none. */
  readonly hostPorts: readonly (number | undefined)[];
  /** Data of its own, where it has been given some. */
  readonly volumes?: readonly Volume[];
  readonly envVarsPrefix: string | undefined;
  readonly enforceRole: boolean;
  /** Of an instance of an app whose instances are numbered. */
  readonly slot?: number;
  /** Addresses of what the app depends on; its own `env` wins over them. */
  readonly serviceVariables: Readonly<Record<string, string>>;
  readonly chance: Chance;
}
