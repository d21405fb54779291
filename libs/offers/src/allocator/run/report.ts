import type { RoleBooks } from '../allocator.js';
import type { Books, RoleNode } from '../books/index.js';
import { NO_AMOUNTS } from '../shares/index.js';

/** Every role that exists, by path. */
export function roleReport(books: Books): readonly RoleBooks[] {
  return books.nodes.all().map((node) => reportOf(books, node));
}

function reportOf(books: Books, node: RoleNode): RoleBooks {
  const { names, roleTree, roles } = books;
  const inTree = roleTree.nodeOf(node.path);
  const weight = roleTree.weightOf(node.path);
  const tree = roles.get(node.path)?.frameworks;
  const frameworks = (tree?.clients() ?? []).map(({ framework, leaf }) => ({
    frameworkId: framework.id,
    share: tree?.shareOf(leaf).approximate ?? 0,
    active: leaf.active > 0,
  }));
  return {
    role: node.path,
    weight,
    share: inTree === undefined ? 0 : roleTree.shareOf(inTree).approximate * weight,
    ...(node.quota === undefined ? {} : { quota: node.quota }),
    consumed: names.quantities(node.consumed),
    reserved: names.quantities(node.reserved),
    allocated: names.quantities(inTree?.allocated ?? NO_AMOUNTS),
    frameworks,
  };
}
