import { expect } from 'chai';
import { SeededChance } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { useService } from '../support/index.js';
import { readCorpus, type Document } from './corpus.js';

const ORDERS = testRun.long ? 20 : 2;
const SEED = testRun.seed;

/** Every third definition wants another file's apps up first, wherever in the order that is. */
const DEPENDS_EVERY = 3;

interface Wish {
  readonly url: string;
  readonly document: Document;
}

/**
 * Each file in a group of its own: many hold versions of one package, with one id. Apps of many
 * teams share service ports.
 */
function wishes(): readonly Wish[] {
  const corpus = readCorpus();
  return corpus.flatMap(({ kind, documents }, index) =>
    documents.map((document, at) => {
      const id = `/f${index}/d${at}/${String(document['id']).replace(/^\/+/, '')}`;
      const other = index + DEPENDS_EVERY;
      if (kind === 'pod') return { url: '/v2/pods', document: { ...document, id } };
      const waits = index % DEPENDS_EVERY === 0 && other < corpus.length;
      const dependencies = waits ? [`/f${other}`] : [];
      return { url: '/v2/apps', document: { ...document, id, dependencies } };
    }),
  );
}

describe('Definitions posted one after another', () => {
  const service = useService({
    env: { EKIDEN_SIMULATED_AGENTS: '3', EKIDEN_UNKNOWN_DEPENDENCY: 'warn' },
  });

  let expected: Tree;

  before('post them in the order of the manifest', async () => {
    expected = await treeAfter(wishes());
    expect(expected.refused).to.have.length.below(wishes().length / 3);
  });

  for (let order = 1; order <= ORDERS; order += 1) {
    it(`end in the same tree (order ${order})`, async () => {
      const shuffled = new SeededChance(SEED + order).shuffle(wishes());
      expect(await treeAfter(shuffled)).to.deep.equal(expected);
    });
  }

  async function treeAfter(order: readonly Wish[]): Promise<Tree> {
    const { api } = service();
    await api.ask('DELETE', '/v2/groups?force=true');
    const refused: string[] = [];
    for (const { url, document } of order) {
      const { status } = await api.send('POST', `${url}?force=true`, document);
      if (status !== 201) refused.push(`${String(document['id'])}: ${status}`);
    }
    const { body } = await api.ask('GET', '/v2/groups');
    return { refused: refused.sort(), root: timeless(body) };
  }
});

interface Tree {
  readonly refused: readonly string[];
  readonly root: unknown;
}

/** What the service chooses service ports from. */
const CHOSEN = { min: 10_000, max: 20_000 };

/** Without what depends on when something was posted: versions, and service ports chosen. */
function timeless(shown: unknown): unknown {
  const text = JSON.stringify(shown, (key, value: unknown) => {
    if (key === 'version' || key === 'versionInfo') return undefined;
    // shown with their status, which goes on
    if (key === 'pods') return (value as { readonly spec: unknown }[]).map(({ spec }) => spec);
    const isPort = (key === 'port' || key === 'servicePort') && typeof value === 'number';
    return isPort && value >= CHOSEN.min && value <= CHOSEN.max ? 0 : value;
  });
  return sorted(JSON.parse(text));
}

/** Lists of the tree come in any order; that of other lists is told by the other spec. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner)]));
  }
  const texts = value.map((item) => JSON.stringify(sorted(item))).sort();
  return texts.map((text) => JSON.parse(text) as unknown);
}
