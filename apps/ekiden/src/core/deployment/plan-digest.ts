import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { DeploymentPlan } from './plan.js';

/**
 * 64 bits of what a plan does, as 16 hexadecimal digits: steps, what each app and group was and
 * shall be, rollouts. Times, ids and the order of fields make no difference, so the same change of
 * the same tree has the same digest, also after a restart. Tells plans apart; no protection.
 */
export function* digestOf(plan: DeploymentPlan): Steps<string> {
  const digest = new Digest();
  const { steps, changes, groupChanges, rollouts, inPlace, sentenced } = plan;
  digest.add(canonical({ steps, rollouts, inPlace, sentenced }));
  yield* eachInSteps(changes, ({ id, before, after }) => {
    digest.add(canonical({ id, was: before?.version, after: after && withoutTimes(after) }));
  });
  yield* eachInSteps(groupChanges, (change) => digest.add(canonical(change)));
  return digest.text;
}

/** Set when the plan is made. */
function withoutTimes(definition: object): unknown {
  return { ...definition, version: undefined, versionInfo: undefined };
}

/** JSON with its fields in the order of their names; without those that have no value. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

const PRIME = 0x01000193;

/** FNV-1a twice, from two beginnings. */
class Digest {
  private high = 0x811c9dc5;
  private low = 0x050c5d1f;

  /** Each text counts as one: none runs into the next. */
  add(text: string): void {
    for (let at = 0; at <= text.length; at += 1) {
      const code = at === text.length ? 0x10000 : text.charCodeAt(at);
      this.high = Math.imul(this.high ^ code, PRIME);
      this.low = Math.imul(this.low ^ code, PRIME) ^ (this.high >>> 15);
    }
  }

  get text(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
