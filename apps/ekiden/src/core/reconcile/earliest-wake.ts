import { millis, type Millis } from '@ekiden/kernel';

/** When an app is to be looked at again although nothing happens: the earliest of all wishes. */
export class EarliestWake {
  at: Millis | undefined;

  by(at: number): void {
    if (this.at === undefined || at < this.at) this.at = millis(at);
  }
}
