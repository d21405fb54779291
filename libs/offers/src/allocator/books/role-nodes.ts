import { present } from '@ekiden/kernel';

import { JournaledMap, type Journal, type Journaled } from '../../journal/index.js';
import type { Quota } from '../allocator.js';
import {
  add,
  excess,
  isNothing,
  NO_AMOUNTS,
  subtract,
  type Amounts,
  type ReadonlyAmounts,
  type ScalarNames,
} from '../shares/index.js';

/** A role path that has something of its own or below it: what it may have and what it has. */
export interface RoleNode extends Journaled {
  readonly path: string;
  /** `undefined` for the root, which is no role. */
  readonly parent: RoleNode | undefined;
  readonly children: JournaledMap<string, RoleNode>;
  quota: Quota | undefined;
  guarantees: ReadonlyAmounts;
  /** By number of the name; a hole is no limit. `undefined` = no limit at all. */
  limits: readonly (number | undefined)[] | undefined;
  /** Reservations of the subtree, and what it has of the unreserved rest. */
  consumed: Amounts;
  reserved: Amounts;
  /** Guarantees of the subtree that are not met: the larger of its own and its children's. */
  required: ReadonlyAmounts;
  /** The sum of `required` of the children. */
  below: Amounts;
  /** Frameworks, a quota, a weight: reasons for the node to stay. */
  reasons: number;
}

/**
 * Quotas along the whole role path (offer-core 2.3, and beyond it: limits and guarantees bind at
 * every level, QTA-37 to QTA-39). All sums are kept up to date, so a run reads them for nothing.
 */
export class RoleNodes {
  readonly root: RoleNode;
  private readonly journal: Journal;
  private readonly names: ScalarNames;
  private readonly byPath: JournaledMap<string, RoleNode>;
  private readonly counts = { quotas: 0 };

  constructor(journal: Journal, names: ScalarNames) {
    this.journal = journal;
    this.names = names;
    this.byPath = new JournaledMap(journal);
    this.root = this.node('', undefined);
  }

  /** Whether any role has a quota: without one nothing has to be held back or cut. */
  get anyQuota(): boolean {
    return this.counts.quotas > 0;
  }

  /** What has to stay free for guarantees that are not met. */
  get required(): ReadonlyAmounts {
    return this.root.below;
  }

  /** Whether some guarantee is not met. */
  get anyUnmet(): boolean {
    return this.counts.quotas > 0 && !isNothing(this.root.below);
  }

  /** Whether the role's own guarantee is not met. */
  isUnmet(node: RoleNode): boolean {
    const { guarantees, consumed } = node;
    for (let i = 0; i < guarantees.length; i += 1) {
      if ((guarantees[i] ?? 0) > (consumed[i] ?? 0)) return true;
    }
    return false;
  }

  find(path: string): RoleNode | undefined {
    return this.byPath.get(path);
  }

  /** By path. */
  all(): readonly RoleNode[] {
    return [...this.byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The node, made with its ancestors where needed; stays until as many `drop`s. */
  keep(path: string): RoleNode {
    const node = this.reach(path);
    this.remember(node);
    node.reasons += 1;
    return node;
  }

  drop(path: string): void {
    const node = present(this.byPath.get(path), `role ${path}`);
    this.remember(node);
    node.reasons -= 1;
    this.prune(node);
  }

  setQuota(path: string, quota: Quota | undefined): void {
    const before = this.byPath.get(path)?.quota;
    if (before === undefined && quota === undefined) return;
    const node = before === undefined ? this.keep(path) : this.reach(path);
    this.remember(node);
    node.quota = quota;
    node.guarantees = quota === undefined ? NO_AMOUNTS : this.names.amountsOf(quota.guarantees);
    node.limits = quota === undefined ? undefined : this.limitsOf(quota);
    const change = (quota === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    this.journal.assign(this.counts, 'quotas', this.counts.quotas + change);
    this.require(node);
    if (quota === undefined) this.drop(path);
  }

  /** Unreserved, non-revocable amounts the role gets (or gives back). */
  consume(node: RoleNode, amounts: ReadonlyAmounts, apply: typeof add): void {
    if (amounts.length === 0) return;
    for (let at = node; at.parent !== undefined; at = at.parent) {
      this.remember(at);
      apply(at.consumed, amounts);
    }
    this.requireUp(node);
  }

  /** Amounts of an agent's total that are reserved for the role (or no longer). */
  reserve(path: string, amounts: ReadonlyAmounts, apply: typeof add): void {
    const node = this.reach(path);
    for (let at = node; at.parent !== undefined; at = at.parent) {
      this.remember(at);
      apply(at.consumed, amounts);
      apply(at.reserved, amounts);
    }
    this.requireUp(node);
    this.prune(node);
  }

  /** The nearest limit, from the role up, that does not leave all of these amounts. */
  firstLimit(
    node: RoleNode,
    wanted: ReadonlyAmounts,
  ): { readonly at: RoleNode; readonly number: number; readonly limit: number } | undefined {
    for (let at = node; at.parent !== undefined; at = at.parent) {
      const { limits, consumed } = at;
      if (limits === undefined) continue;
      for (let number = 0; number < limits.length; number += 1) {
        const limit = limits[number];
        const amount = wanted[number] ?? 0;
        if (limit === undefined || amount <= 0) continue;
        if ((consumed[number] ?? 0) + amount > limit) return { at, number, limit };
      }
    }
    return undefined;
  }

  /** Whether limits of the role or above leave it nothing of any of these amounts. */
  isExhausted(node: RoleNode, amounts: ReadonlyAmounts): boolean {
    for (let i = 0; i < amounts.length; i += 1) {
      if ((amounts[i] ?? 0) > 0 && !isFull(node, i)) return false;
    }
    return true;
  }

  /** What of `amounts` the limits of the role and all its ancestors leave it. */
  withinLimits(node: RoleNode, amounts: ReadonlyAmounts): ReadonlyAmounts {
    let within: Amounts | undefined;
    for (let at = node; at.parent !== undefined; at = at.parent) {
      const { limits, consumed } = at;
      if (limits === undefined) continue;
      within ??= amounts.slice();
      for (let i = 0; i < limits.length; i += 1) {
        const limit = limits[i];
        if (limit === undefined) continue;
        const left = Math.max(0, limit - (consumed[i] ?? 0));
        if ((within[i] ?? 0) > left) within[i] = left;
      }
    }
    return within ?? amounts;
  }

  /** What would have to stay free once the role had these amounts more. */
  requiredWith(node: RoleNode, amounts: ReadonlyAmounts): ReadonlyAmounts {
    let below = node.below;
    for (let at = node; at.parent !== undefined; at = at.parent) {
      const consumed = at.consumed.slice();
      add(consumed, amounts);
      const required = larger(excess(at.guarantees, consumed), below);
      below = at.parent.below.slice();
      subtract(below, at.required);
      add(below, required);
    }
    return below;
  }

  private limitsOf(quota: Quota): readonly (number | undefined)[] | undefined {
    if (quota.limits.length === 0) return undefined;
    const limits: (number | undefined)[] = [];
    for (const { name, milli } of quota.limits) {
      const number = this.names.number(name);
      while (limits.length <= number) limits.push(undefined);
      limits[number] = milli;
    }
    return limits;
  }

  private requireUp(node: RoleNode): void {
    if (!this.anyQuota) return;
    for (let at = node; at.parent !== undefined; at = at.parent) {
      if (at.guarantees.length === 0 && at.below.length === 0) continue;
      this.require(at, true);
    }
  }

  /** Brings `required` of a node up to date, and of its ancestors where that changes them. */
  private require(node: RoleNode, alone = false): void {
    const { parent } = node;
    if (parent === undefined) return;
    const required = larger(excess(node.guarantees, node.consumed), node.below);
    this.remember(node);
    this.remember(parent);
    subtract(parent.below, node.required);
    add(parent.below, required);
    node.required = required;
    if (!alone) this.require(parent);
  }

  private reach(path: string): RoleNode {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? this.root : this.reach(path.slice(0, slash));
    const node = this.node(path, parent);
    parent.children.set(path, node);
    this.byPath.set(path, node);
    return node;
  }

  /** Roles exist as long as something of theirs does (ROL-01, ROL-02). */
  private prune(node: RoleNode): void {
    let at = node;
    while (at.parent !== undefined && at.reasons === 0 && at.children.size === 0) {
      if (!isNothing(at.reserved) || !isNothing(at.consumed)) return;
      at.parent.children.delete(at.path);
      this.byPath.delete(at.path);
      at = at.parent;
    }
  }

  private remember(node: RoleNode): void {
    if (this.journal.isFresh(node)) this.record(node);
  }

  /** Apart: what a closure needs is made where its function begins, needed or not. */
  private record(node: RoleNode): void {
    const { quota, guarantees, limits, required, reasons } = node;
    const consumed = node.consumed.slice();
    const reserved = node.reserved.slice();
    const below = node.below.slice();
    this.journal.recordOnce(node, () => {
      Object.assign(node, { quota, guarantees, limits, required, reasons });
      Object.assign(node, { consumed, reserved, below });
    });
  }

  private node(path: string, parent: RoleNode | undefined): RoleNode {
    return {
      path,
      parent,
      children: new JournaledMap(this.journal),
      recordedIn: 0,
      quota: undefined,
      guarantees: NO_AMOUNTS,
      limits: undefined,
      consumed: [],
      reserved: [],
      required: NO_AMOUNTS,
      below: [],
      reasons: 0,
    };
  }
}

/** Whether a limit of the role or of an ancestor is reached for one name. */
function isFull(node: RoleNode, number: number): boolean {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const limit = at.limits?.[number];
    if (limit !== undefined && (at.consumed[number] ?? 0) >= limit) return true;
  }
  return false;
}

/** Name by name the larger of two. */
function larger(a: ReadonlyAmounts, b: ReadonlyAmounts): Amounts {
  const most: Amounts = [];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    most.push(Math.max(a[i] ?? 0, b[i] ?? 0));
  }
  return most;
}
