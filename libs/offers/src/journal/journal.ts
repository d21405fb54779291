/** An object that is restored as a whole; `recordedIn` starts at 0 and belongs to the journal. */
export interface Journaled {
  recordedIn: number;
}

/** Takes one change back. An object where a closure would cost too much: in inner loops. */
export interface Undo {
  undo(): void;
}

/**
 * Undo log of a draft: books are changed in place, and every change says how to take it back.
 * A turn then costs what it touches; dropping it replays the log backwards.
 */
export class Journal {
  private undos: (Undo | (() => void))[] = [];
  private draft = 1;

  record(undo: Undo | (() => void)): void {
    this.undos.push(undo);
  }

  /**
   * For objects that change many times in a turn: records `undo` (which must restore the whole
   * object) only before the first change, so that a long run does not fill the log.
   */
  recordOnce(target: Journaled, undo: Undo | (() => void)): void {
    if (target.recordedIn === this.draft) return;
    target.recordedIn = this.draft;
    this.undos.push(undo);
  }

  /** Whether {@link recordOnce} would record; saves building the undo in inner loops. */
  isFresh(target: Journaled): boolean {
    return target.recordedIn !== this.draft;
  }

  /** For an object made in this draft: its own undo forgets it, so nothing of it is restored. */
  isNew(target: Journaled): void {
    target.recordedIn = this.draft;
  }

  /** Sets one field of an object, remembering what it was. */
  assign<T extends object, K extends keyof T>(target: T, field: K, value: T[K]): void {
    const before = target[field];
    if (before === value) return;
    this.undos.push(() => {
      target[field] = before;
    });
    target[field] = value;
  }

  /** The draft becomes the books. */
  commit(): void {
    this.draft += 1;
    this.undos = [];
  }

  /** The draft never happened. True when it had changed something. */
  rollback(): boolean {
    const undos = this.undos;
    this.draft += 1;
    this.undos = [];
    for (let i = undos.length - 1; i >= 0; i -= 1) {
      const entry = undos[i];
      if (typeof entry === 'function') entry();
      else entry?.undo();
    }
    return undos.length > 0;
  }
}
