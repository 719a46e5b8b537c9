import { isProblem } from '../api/problem.ts';
import { problemText } from '../lib/messages.svelte.ts';

/** A form that is sent once at a time, and says what was wrong with it. */
export class Form {
  isBusy = $state(false);
  problem = $state<string>();
  /** By the field's name in the request. */
  problems = $state.raw<Readonly<Record<string, string>>>({});

  /** Whether it went well. */
  async send(work: () => Promise<unknown>): Promise<boolean> {
    this.isBusy = true;
    this.problem = undefined;
    this.problems = {};
    try {
      await work();
      return true;
    } catch (error) {
      this.problems = fieldProblems(error);
      if (Object.keys(this.problems).length === 0) this.problem = problemText(error);
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}

function fieldProblems(error: unknown): Record<string, string> {
  if (!isProblem(error, 'bad-request') || !Array.isArray(error.members['errors'])) return {};
  const errors = error.members['errors'] as { path: string; message: string }[];
  return Object.fromEntries(
    errors.flatMap(({ path, message }) => {
      const [where, field] = path.split('.');
      return where === 'body' && field !== undefined ? [[field, message]] : [];
    }),
  );
}
