import type { Contender } from '../contenders/contender.ts';

/** Figures of ours alone, which have no like with the peers. */
export interface Study {
  readonly name: string;
  readonly about: string;
  run(contender: Contender, options: StudyOptions): Promise<Table[]>;
}

export interface StudyOptions {
  /** The most files that the store is filled with. */
  readonly maxFiles: number;
  readonly tell: (line: string) => void;
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
