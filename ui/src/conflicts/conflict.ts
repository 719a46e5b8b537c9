/** What is in the way, or what comes. */
export interface Side {
  readonly kind: 'file' | 'folder';
  /** Of files. */
  readonly sizeBytes?: number | undefined;
  /** ISO 8601. */
  readonly modifiedAt?: string | undefined;
}

/** Something is to come where there is something of that name already. */
export interface Conflict {
  readonly name: string;
  /** The folder in which it happens, `/` for the root. */
  readonly folder: string;
  readonly there: Side;
  readonly comes: Side;
  /** What can be done about it, where that is less or more than `choicesFor` says. */
  readonly choices?: readonly Choice[] | undefined;
}

/** `replace` keeps what was there as a version where the folder keeps any; `keep-both` gives what comes another name; `merge` is for two folders. */
export type Choice = 'replace' | 'keep-both' | 'skip' | 'merge';

/** `cancel`: nothing more of all that was to come. */
export type Decision = Choice | 'cancel';

export interface Answer {
  readonly choice: Choice;
  /** It holds for all that follow, of the same kinds. */
  readonly isForAll: boolean;
  /** Files that are the same already are left out from now on. */
  readonly skipsSame: boolean;
}

export function choicesFor({ there, comes, choices }: Conflict): readonly Choice[] {
  if (choices !== undefined) return choices;
  if (there.kind !== comes.kind) return ['keep-both', 'skip'];
  return there.kind === 'file' ? ['replace', 'keep-both', 'skip'] : ['merge', 'keep-both', 'skip'];
}

/** By size and time: nobody has read either. Some file systems keep times of every second second only. */
export function isSame({ there, comes }: Pick<Conflict, 'there' | 'comes'>): boolean {
  if (there.kind !== 'file' || comes.kind !== 'file') return false;
  if (there.sizeBytes === undefined || there.sizeBytes !== comes.sizeBytes) return false;
  if (there.modifiedAt === undefined || comes.modifiedAt === undefined) return false;
  return Math.abs(Date.parse(there.modifiedAt) - Date.parse(comes.modifiedAt)) < 2000;
}

/** What was decided for all that follow in one drop, paste or the like. */
export class Decided {
  #isCancelled = false;
  #skipsSame: boolean;
  readonly #forAll = new Map<string, Choice>();

  /** `isGoingOn`: it was begun before, and what came then is left as it is. */
  constructor({ isGoingOn = false } = {}) {
    this.#skipsSame = isGoingOn;
    if (isGoingOn) this.#forAll.set('folder folder', 'merge');
  }

  /** Undefined where somebody has to be asked. */
  for(conflict: Conflict): Decision | undefined {
    if (this.#isCancelled) return 'cancel';
    if (this.#skipsSame && isSame(conflict)) return 'skip';
    const choice = this.#forAll.get(kindsOf(conflict));
    return choice !== undefined && choicesFor(conflict).includes(choice) ? choice : undefined;
  }

  /** `undefined`: the question was closed. */
  take(conflict: Conflict, answer: Answer | undefined): Decision {
    if (answer === undefined) {
      this.#isCancelled = true;
      return 'cancel';
    }
    if (answer.skipsSame) this.#skipsSame = true;
    if (answer.isForAll) this.#forAll.set(kindsOf(conflict), answer.choice);
    return answer.skipsSame && isSame(conflict) ? 'skip' : answer.choice;
  }
}

function kindsOf({ there, comes }: Conflict): string {
  return `${there.kind} ${comes.kind}`;
}
