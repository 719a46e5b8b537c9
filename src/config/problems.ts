import { nearest } from '../lib/nearest.ts';

/** Everything that is wrong with the configuration, found at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['the configuration is not right:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

const MAX_SHOWN_LENGTH = 60;

/** A value that is wrong, as far as it helps to show it; the password of a URL is left out. */
export function shown(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing';
  const safe = text.replace(/\/\/.*@/, '//…@');
  return safe.length > MAX_SHOWN_LENGTH ? `${safe.slice(0, MAX_SHOWN_LENGTH)}…` : safe;
}

/** ` (did you mean x?)` for the candidate that `word` is a slip of; '' when it is of none. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(
    word.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const candidate = candidates.find((each) => each.toLowerCase() === meant);
  return candidate === undefined ? '' : ` (did you mean ${candidate}?)`;
}
