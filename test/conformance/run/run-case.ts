import {
  compare,
  fillJson,
  fillText,
  fillWanted,
  show,
  type Case,
  type Exchange,
  type Expectation,
  type Filling,
  type Hear,
  type Mismatches,
  type ServerKind,
  type Step,
  type Wanted,
} from '../language/index.js';
import { until } from '../../support/index.js';
import { EventStream, type Frame } from './event-stream.js';
import { exchange, type Answer, type Question, type Target } from './exchange.js';

export interface CaseSetting {
  readonly target: Target;
  /** Name of the top-level group that is the case's own. */
  readonly group: string;
  readonly server: ServerKind;
  /** How long answers and events may take to become as wanted. */
  readonly patienceMs: number;
}

/** A step that did not go as the case says; the message tells all that is needed to repeat it. */
class CaseFailed extends Error {
  override readonly name = 'CaseFailed';
}

/** Runs one case and removes what it made. Throws `CaseFailed` when an answer is not as wanted. */
export async function runCase(one: Case, setting: CaseSetting): Promise<void> {
  const run = new Run(setting);
  try {
    for (const [index, step] of one.steps.entries()) await run.take(step, index + 1);
  } finally {
    await run.end(one.afterwards ?? []);
  }
}

const MAKES = new Set(['POST', 'PUT']);

class Run {
  private readonly setting: CaseSetting;
  private readonly kept = new Map<string, string>();
  private stream: EventStream | undefined;
  private made = false;

  constructor(setting: CaseSetting) {
    this.setting = setting;
  }

  async take(step: Step, number: number): Promise<void> {
    if ('listen' in step) {
      this.stream?.close();
      const { target } = this.setting;
      const headers = fillJson(step.headers ?? {}, this.filling) as Record<string, string>;
      this.stream = await EventStream.open(target, fillText(step.listen, this.filling), headers);
    } else if ('hear' in step) await this.hear(step, number);
    else await this.ask(step, number);
  }

  /** The group of the case goes, whatever became of it. */
  async end(afterwards: readonly string[]): Promise<void> {
    this.stream?.close();
    const sweep = this.made ? [...afterwards, 'DELETE /v2/groups/~?force=true'] : afterwards;
    for (const send of sweep) await exchange(this.setting.target, this.questionOf({ send }));
  }

  private get filling(): Filling {
    const { group, server } = this.setting;
    return { group, server, kept: this.kept };
  }

  private async ask(step: Exchange, number: number): Promise<void> {
    const question = this.questionOf(step);
    const look = async (): Promise<Answer> => {
      const answer = await exchange(this.setting.target, question);
      if (answer.status < 300 && MAKES.has(question.method)) this.made = true;
      const wrong = this.judge(step.expect, answer);
      if (wrong.length > 0) throw new CaseFailed(tell({ number, question, answer, wrong }));
      return answer;
    };
    const answer =
      step.until === true
        ? await until(look, `step ${number}`, this.setting.patienceMs)
        : await look();
    this.keep(step.keep, answer, number);
  }

  private questionOf(step: Exchange): Question {
    const [method = '', path = ''] = fillText(step.send, this.filling).split(' ');
    const headers = fillJson(step.headers ?? {}, this.filling) as Record<string, string>;
    if (step.body === undefined) return { method, path, headers };
    return { method, path, headers, body: fillJson(step.body, this.filling) };
  }

  private judge(expected: Expectation | undefined, answer: Answer): Mismatches {
    if (expected === undefined) {
      return answer.status < 300 ? [] : [`status: wanted success, got ${answer.status}`];
    }
    const wanted = fillWanted({ ...expected }, this.filling);
    return compare(wanted, answer);
  }

  private async hear(step: Hear, number: number): Promise<void> {
    const { stream } = this;
    if (stream === undefined) throw new Error('hear without listen');
    const wanted = step.hear.map((one) => fillWanted(one, this.filling));
    const found = await until(
      () => {
        const heard = matching(wanted, stream.frames, step.inOrder === true);
        const raw =
          step.raw === undefined ? [] : compare(fillWanted(step.raw, this.filling), stream.raw);
        if ('missing' in heard || raw.length > 0) {
          const types = stream.frames.map(({ event }) => event).join(', ');
          const what = 'missing' in heard ? `no event like ${show(heard.missing)}` : raw.join('; ');
          throw new CaseFailed(`step ${number}: ${what}; came: ${types}`);
        }
        return heard.frames;
      },
      `step ${number}`,
      this.setting.patienceMs,
    );
    for (const unwanted of step.butNot ?? []) {
      const filled = fillWanted(unwanted, this.filling);
      const heard = stream.frames.find((frame) => compare(filled, frame).length === 0);
      if (heard !== undefined) throw new CaseFailed(`step ${number}: came ${show(heard)}`);
    }
    this.keep(step.keep, { frames: found }, number);
  }

  private keep(places: Exchange['keep'], source: object, number: number): void {
    for (const [name, place] of Object.entries(places ?? {})) {
      const value = valueAt(source, place);
      if (value === undefined || value === null) {
        throw new CaseFailed(`step ${number}: nothing to keep at ${place}`);
      }
      this.kept.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    }
  }
}

/** The frames that match, one for each wanted, in order if it counts; or what is missing. */
function matching(
  wanted: readonly Wanted[],
  frames: readonly Frame[],
  inOrder: boolean,
): { readonly frames: readonly Frame[] } | { readonly missing: Wanted } {
  const found: Frame[] = [];
  let from = 0;
  for (const one of wanted) {
    const at = frames.findIndex(
      (frame, index) => index >= from && !found.includes(frame) && compare(one, frame).length === 0,
    );
    const frame = frames[at];
    if (frame === undefined) return { missing: one };
    found.push(frame);
    if (inOrder) from = at + 1;
  }
  return { frames: found };
}

function valueAt(source: unknown, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined,
      source,
    );
}

function tell(step: {
  readonly number: number;
  readonly question: Question;
  readonly answer: Answer;
  readonly wrong: Mismatches;
}): string {
  const { number, question, answer, wrong } = step;
  const sent = question.body === undefined ? '' : ` ${show(question.body)}`;
  return [
    `step ${number}: ${question.method} ${question.path}${sent}`,
    ...wrong.map((sentence) => `  ${sentence}`),
    `  answer: ${answer.status} ${answer.text.slice(0, 600)}`,
  ].join('\n');
}
