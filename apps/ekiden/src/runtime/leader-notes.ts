import { millis, type Clock, type Millis } from '@ekiden/kernel';
import type { LeaderTerm, LeadershipView } from '../ports/index.js';

/** Who leads, as far as this service knows, and what it waits for when it does not serve. */
export class LeaderNotes {
  private readonly clock: Clock;
  private readonly address: string;
  private term: LeaderTerm | undefined;
  private other: string | undefined;
  private standby = false;
  private waiting: { readonly reason: string; readonly since: Millis } | undefined;
  /** By the monotonic clock. */
  private leadingSince: Millis | undefined;

  /** `address`: where this service answers. */
  constructor(clock: Clock, address: string) {
    this.clock = clock;
    this.address = address;
    this.waitFor('the service is starting');
  }

  get isWaiting(): boolean {
    return this.waiting !== undefined;
  }

  get waitingFor(): string | undefined {
    return this.waiting?.reason;
  }

  waitFor(reason: string): void {
    this.waiting = { reason, since: this.waiting?.since ?? this.clock.now() };
  }

  /** Elected, and not ready yet. */
  won(term: LeaderTerm): void {
    this.term = term;
    this.other = undefined;
    this.standby = false;
  }

  /** What there was to wait for is over. */
  leads(): void {
    this.waiting = undefined;
    this.leadingSince = this.clock.monotonic();
  }

  left(): void {
    this.term = undefined;
    this.leadingSince = undefined;
  }

  /** `undefined`: nobody is known to lead. */
  sees(leader: string | undefined): void {
    this.other = leader;
    if (leader === undefined) return;
    // Our own term of before, of which the database has not heard yet that it is over.
    const isOwn = leader === this.address;
    this.standby ||= !isOwn;
    this.waitFor(
      isOwn ? 'the database still holds our lease of before' : `another service leads (${leader})`,
    );
  }

  /** `undefined`: it does not lead. */
  leadingFor(): Millis | undefined {
    const { leadingSince: since } = this;
    return since === undefined ? undefined : millis(this.clock.monotonic() - since);
  }

  view(): LeadershipView {
    const elected = this.term?.stillHeld() === true && this.waiting === undefined;
    return {
      elected,
      epoch: this.term?.epoch ?? 0,
      leader: elected ? this.address : this.other,
      standby: !elected && this.standby,
      waitingFor: this.waiting,
    };
  }
}
