import { tick } from 'svelte';
import { isProblem } from '../api/problem.ts';
import { problemText } from '../lib/messages.svelte.ts';

/** What is wrong, by the name of the field. */
export type FieldProblems = Readonly<Record<string, string>>;

/** A form that is sent once at a time, and says what was wrong with it: by the field where that is known. */
export class Form {
  isBusy = $state(false);
  problem = $state<string>();
  problems = $state.raw<FieldProblems>({});
  readonly #explain: (error: unknown) => FieldProblems | undefined;

  /** `explain` puts what failed to the fields that it is about; undefined is about none. */
  constructor(explain: (error: unknown) => FieldProblems | undefined = () => undefined) {
    this.#explain = explain;
  }

  /** Whether it went well. If not, the first field with a problem has the focus. */
  async send(event: SubmitEvent, work: (fields: FormData) => Promise<unknown>): Promise<boolean> {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    if (this.isBusy) return false;
    this.isBusy = true;
    this.clear();
    try {
      await work(new FormData(element));
      return true;
    } catch (error) {
      this.problems = this.#explain(error) ?? requestProblems(error);
      if (Object.keys(this.problems).length === 0) this.problem = problemText(error);
      return false;
    } finally {
      this.isBusy = false;
      await tick();
      element.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  }

  /** What the form itself finds wrong, for `work` to throw. */
  static wrong(problems: FieldProblems): Error {
    return new WrongFields(problems);
  }

  clear(): void {
    this.problem = undefined;
    this.problems = {};
  }
}

class WrongFields extends Error {
  readonly problems: FieldProblems;

  constructor(problems: FieldProblems) {
    super('some fields are wrong');
    this.problems = problems;
  }
}

/** Of a request that the server found malformed: it names the members of the body. */
function requestProblems(error: unknown): FieldProblems {
  if (error instanceof WrongFields) return error.problems;
  if (!isProblem(error, 'bad-request') || !Array.isArray(error.members['errors'])) return {};
  const errors = error.members['errors'] as { path: string; message: string }[];
  return Object.fromEntries(
    errors.flatMap(({ path, message }) => {
      const [where, field] = path.split('.');
      return where === 'body' && field !== undefined ? [[field, message]] : [];
    }),
  );
}

/** The text of a field, as it was typed. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
