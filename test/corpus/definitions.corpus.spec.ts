import { expect } from 'chai';
import { useService, type Received } from '../support/index.js';
import { readCorpus, type CorpusFile, type Document } from './corpus.js';
import { lostOf, lostOfPod } from './kept.js';
import { VERDICTS, type Verdict } from './verdicts.js';

const VERDICT_OF = new Map<string, Verdict>(
  VERDICTS.flatMap((verdict) => verdict.files.map((file) => [file, verdict] as const)),
);

interface Detail {
  readonly path: string;
  readonly errors: readonly string[];
}

describe('Definitions that people ran on Marathon', () => {
  const service = useService({
    env: { EKIDEN_SIMULATED_AGENTS: '3', EKIDEN_UNKNOWN_DEPENDENCY: 'warn' },
  });
  const corpus = readCorpus();

  afterEach('remove what was posted', () => service().api.ask('DELETE', '/v2/groups?force=true'));

  it('are 235, and every one has a verdict', () => {
    expect(corpus).to.have.length(235);
    const open = corpus.filter(
      ({ file, expected }) => expected === 'unknown' && !VERDICT_OF.has(file),
    );
    expect(open.map(({ file }) => file)).to.deep.equal([]);
    const files = new Set(corpus.map(({ file }) => file));
    expect([...VERDICT_OF.keys()].filter((file) => !files.has(file))).to.deep.equal([]);
  });

  for (const one of corpus) {
    const verdict = VERDICT_OF.get(one.file);
    const accepted = verdict ? verdict.refused === undefined : one.expected === 'accept';
    const because = verdict ? `: ${verdict.because}` : '';
    it(`${accepted ? 'accepts' : 'refuses'} ${one.file}${because}`, async () => {
      const answers = await post(one);
      if (accepted) {
        for (const { status, text } of answers) expect(status, text).to.equal(201);
        return;
      }
      const refused = answers.filter(({ status }) => status !== 201);
      expect(refused).to.not.deep.equal([]);
      for (const answer of refused) expectRefusal(answer, verdict);
    });
  }

  /** Each document under its own id, looked at again, and gone before the next one. */
  async function post({ kind, documents }: CorpusFile): Promise<readonly Received[]> {
    const url = kind === 'pod' ? '/v2/pods' : '/v2/apps';
    const answers: Received[] = [];
    for (const document of documents) {
      const answer = await service().api.send('POST', `${url}?force=true`, document);
      answers.push(answer);
      if (answer.status !== 201) continue;
      const { id } = answer.body as { readonly id: string };
      const { body } = await service().api.ask('GET', `${url}${id}`);
      const lost =
        kind === 'pod'
          ? lostOfPod(document, body as Document)
          : lostOf(document, (body as { readonly app: Document }).app);
      expect(lost).to.deep.equal([]);
      await service().api.ask('DELETE', `${url}${id}?force=true`);
    }
    return answers;
  }
});

function expectRefusal({ status, body, text }: Received, verdict: Verdict | undefined): void {
  expect(status, text).to.equal(422);
  const { details } = body as { readonly details: readonly Detail[] };
  for (const { path } of details) expect(path).to.match(/^\//);
  const wanted = verdict?.refused;
  if (wanted === undefined) return;
  const errors = details.find(({ path }) => path === wanted.path)?.errors ?? [];
  expect(
    errors.some((error) => error.includes(wanted.says)),
    text,
  ).to.equal(true);
}
