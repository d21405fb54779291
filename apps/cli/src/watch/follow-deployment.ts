import { Failure, NoServer, type Client, type DeploymentDetails } from '../client/index.js';
import { paint } from '../output/index.js';
import type { Terminal } from '../terminal/index.js';
import { isAsWanted } from './look-at-member.js';
import { Onlooker } from './look.js';
import { Outcomes, type Outcome } from './outcomes.js';
import { PlainNews } from './plain-text.js';
import { treeLines } from './tree-text.js';
import type { View } from './view.js';
import { spanText } from './words.js';

/** Between two looks without an event; and the least time between two looks. */
const LOOK_EVERY_MS = 2_000;
const LOOK_PAUSE_MS = 200;
/** Looks in a row that may fail before watching is given up. */
const FAILED_LOOKS_MAX = 30;
/** Looks at a deployment that is not there, while the stream still says nothing. */
const UNLISTED_LOOKS_MAX = 5;

export type WatchEnd = 'succeeded' | 'failed' | 'left';

/** Follows deployments to their end. Begin before the deployment does, so that nothing is missed. */
export class Watch {
  private readonly client: Client;
  private readonly terminal: Terminal;
  private readonly outcomes: Outcomes;
  private left = false;
  private shown = '';
  private lastSeen: DeploymentDetails | undefined;
  private lastView: View | undefined;
  private readonly news = new PlainNews();

  private constructor(client: Client, terminal: Terminal, after: string | undefined) {
    this.client = client;
    this.terminal = terminal;
    this.outcomes = new Outcomes(client, after);
  }

  /** `after` = `0` also finds deployments that ended before. */
  static async begin(client: Client, terminal: Terminal, after?: string): Promise<Watch> {
    const watch = new Watch(client, terminal, after);
    await watch.outcomes.ready();
    return watch;
  }

  end(): void {
    this.outcomes.stop();
  }

  /** Resolves when the deployment is over, or when a person pressed Ctrl-C. */
  async follow(id: string): Promise<WatchEnd> {
    const begun = this.terminal.seconds();
    const release = this.terminal.onInterrupt(() => {
      this.left = true;
      this.outcomes.stop();
    });
    try {
      const outcome = await this.await(id);
      return this.tell(id, outcome, this.terminal.seconds() - begun);
    } finally {
      release();
    }
  }

  private async await(id: string): Promise<Outcome | undefined> {
    const onlooker = new Onlooker(this.client, id);
    let failures = 0;
    let unlisted = 0;
    while (!this.left) {
      const known = this.outcomes.of(id);
      if (known !== undefined) {
        // How it ended is worth a last look, and known without one.
        await this.look(onlooker).catch(() => false);
        return known;
      }
      const news = this.outcomes.news(LOOK_EVERY_MS);
      try {
        const seen = await this.look(onlooker);
        failures = 0;
        unlisted = seen ? 0 : unlisted + 1;
      } catch (error) {
        failures += 1;
        if (!(error instanceof NoServer) || failures > FAILED_LOOKS_MAX) throw error;
        this.say('the service does not answer; still trying');
      }
      const outcome = this.outcomes.of(id) ?? outcomeIn(this.lastSeen);
      if (outcome !== undefined) return outcome;
      // With events, its end is on its way; without, what runs has to tell.
      if (unlisted > 0 && (!this.outcomes.live || unlisted > UNLISTED_LOOKS_MAX)) {
        return await this.judge(id);
      }
      await Promise.all([news, this.pause()]);
    }
    return undefined;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE_MS));
  }

  /** Shows how far it is; false when it is not under way. */
  private async look(onlooker: Onlooker): Promise<boolean> {
    const seen = await onlooker.look();
    if (seen === undefined) return false;
    this.lastSeen = seen.deployment;
    this.lastView = seen.view;
    this.show(seen.view);
    return true;
  }

  private async judge(id: string): Promise<Outcome> {
    if (this.lastSeen === undefined) {
      throw new Failure(`there is no deployment ${id} under way`, [
        'see what is: ekiden deployment list',
      ]);
    }
    const apps = this.lastSeen.affectedApps;
    const asWanted = await Promise.all(apps.map((app) => isAsWanted(this.client, app)));
    if (asWanted.every((one) => one)) return { success: true };
    return { success: false, reason: 'it is over, and not everything runs as it should' };
  }

  private show(view: View): void {
    const { terminal } = this;
    if (!terminal.interactive) {
      for (const line of this.news.of(view)) terminal.note(line);
      return;
    }
    const lines = treeLines(view, paint(terminal.colours), terminal.size().rows - 1);
    const text = lines.join('\n');
    if (text === this.shown) return;
    this.shown = text;
    terminal.redraw(lines);
  }

  private say(line: string): void {
    if (line === this.shown) return;
    this.shown = line;
    this.terminal.note(line);
  }

  private tell(id: string, outcome: Outcome | undefined, seconds: number): WatchEnd {
    const { good, bad } = paint(this.terminal.colours);
    if (outcome === undefined) {
      this.terminal.note(
        `No longer watching; the deployment goes on: ekiden deployment watch ${id}`,
      );
      return 'left';
    }
    const after = `after ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
    if (outcome.success) {
      this.terminal.note(`${good('done:')} deployment ${id} succeeded ${after}`);
      for (const hint of this.hints(id)) this.terminal.note(hint);
      return 'succeeded';
    }
    const reason = outcome.reason === undefined ? '' : `: ${outcome.reason}`;
    this.terminal.note(`${bad('failed:')} deployment ${id} ${after}${reason}`);
    return 'failed';
  }

  /** While the old version is kept warm, going back is one route change. */
  private hints(id: string): readonly string[] {
    const { rollouts = [], now } = this.lastView ?? {};
    return rollouts
      .filter(({ phase }) => phase === 'holding')
      .map(({ scope, until }) => {
        const within =
          until === undefined || now === undefined ? '' : ` within ${spanText(until - now)}`;
        return `the old version of ${scope} is kept warm; undo${within}: ekiden undo ${id}`;
      });
  }
}

/** As the service itself says; Marathon does not. */
function outcomeIn(seen: DeploymentDetails | undefined): Outcome | undefined {
  const { state, reason } = seen ?? {};
  if (state === 'succeeded' || state === 'holding') return { success: true };
  if (state !== 'failed' && state !== 'cancelled') return undefined;
  return { success: false, ...(reason === undefined ? {} : { reason }) };
}
