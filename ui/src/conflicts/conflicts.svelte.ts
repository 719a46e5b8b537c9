import { keepsVersions } from '../api/kept-versions.ts';
import { choicesFor, Decided, type Answer, type Conflict, type Decision } from './conflict.ts';

/** What the names are taken by. */
export type Way = 'upload' | 'move' | 'copy' | 'restore';

export interface Asked {
  readonly way: Way;
  readonly conflict: Conflict;
  /** How many more conflicts are known; they may be asked about too. */
  readonly remaining: number;
  /** What is replaced there is kept as an old version. */
  readonly isKept: boolean;
}

/** The conflicts of one drop, paste, …: what is decided for all holds as long as this. */
export interface Conflicts {
  /**
   * What is to be done about one; asks only where nothing was decided for all. Closing the question is `cancel`, also for
   * all that follow. Throws `Problem`.
   */
  ask(conflict: Conflict, remaining?: number): Promise<Decision>;
}

class ConflictQuestions {
  /** What the dialog shows. */
  asked = $state.raw<Asked>();
  #answer: ((answer: Answer | undefined) => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** To be begun for each drop, paste, …: `const decision = await conflicts.begin('move').ask({…})`. */
  begin(way: Way, options: { readonly isGoingOn?: boolean } = {}): Conflicts {
    const decided = new Decided(options);
    return {
      ask: (conflict, remaining = 0) => {
        // One question at a time, also when a second drop has some.
        const turn = this.#turn.then(async () => {
          const known = decided.for(conflict);
          return known ?? decided.take(conflict, await this.#question({ way, conflict, remaining }));
        });
        this.#turn = turn.catch(() => undefined);
        return turn;
      },
    };
  }

  /** From the dialog; undefined when it was closed. */
  answer(answer: Answer | undefined): void {
    this.#answer?.(answer);
  }

  async #question(question: Omit<Asked, 'isKept'>): Promise<Answer | undefined> {
    const { conflict } = question;
    const isKept = !choicesFor(conflict).includes('replace') || (await keepsVersions({ path: conflict.folder }));
    this.asked = { ...question, isKept };
    return new Promise((resolve) => {
      this.#answer = (answer) => {
        this.#answer = undefined;
        this.asked = undefined;
        resolve(answer);
      };
    });
  }
}

/** The one place that asks what is to become of taken names; `conflict-host.svelte` shows it. */
export const conflicts = new ConflictQuestions();
