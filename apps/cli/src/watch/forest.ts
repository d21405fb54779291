import type { Member } from './view.js';

/** A member in its place of the tree. */
export interface Branch {
  readonly member: Member;
  /** Lines of the tree left of it: `│  ├─ `. */
  readonly lead: string;
  /** The same for what is told below it: `│  │  `. */
  readonly below: string;
  /** What it also comes after, beside the one it stands under. */
  readonly also: readonly string[];
}

/**
 * Members under what they come after, in the order they were given: of several the one that comes
 * last, as that is what they wait for longest. Filling goes from the top to the bottom.
 */
export function forestOf(members: readonly Member[]): readonly Branch[] {
  const place = new Map(members.map(({ id }, index) => [id, index]));
  const children = new Map<string | undefined, Member[]>();
  const parents = new Map<string, string>();
  for (const member of members) {
    // Only those above count: what stops comes before what it needed.
    const above = member.after.filter((id) => (place.get(id) ?? Infinity) < at(place, member));
    const [parent] = above.sort((a, b) => (place.get(b) ?? 0) - (place.get(a) ?? 0));
    if (parent !== undefined) parents.set(member.id, parent);
    children.set(parent, [...(children.get(parent) ?? []), member]);
  }
  const branches: Branch[] = [];
  // What something else on the list comes after itself needs no words; nor does the mirror order.
  const isImplied = (id: string, { after, verb }: Member): boolean =>
    verb === 'stop' || after.some((other) => members[place.get(other) ?? -1]?.after.includes(id));
  const add = (parent: string | undefined, left: string): void => {
    const own = children.get(parent) ?? [];
    for (const [index, member] of own.entries()) {
      const last = index === own.length - 1;
      const under = left + (last ? '   ' : '│  ');
      const hasChildren = children.has(member.id);
      branches.push({
        member,
        lead: left + (last ? '└─ ' : '├─ '),
        below: under + (hasChildren ? '│  ' : '   '),
        also: member.after.filter((id) => parents.get(member.id) !== id && !isImplied(id, member)),
      });
      add(member.id, under);
    }
  };
  add(undefined, '');
  return branches;
}

function at(place: ReadonlyMap<string, number>, { id }: Member): number {
  return place.get(id) ?? 0;
}
