/**
 * One rule that one place of a submitted document breaks. `path` is Marathon's form
 * (marathon-api 2.1): `/upgradeStrategy/minimumHealthCapacity`, `/healthChecks(1)`, `/`.
 */
export interface Violation {
  readonly path: string;
  readonly message: string;
}
