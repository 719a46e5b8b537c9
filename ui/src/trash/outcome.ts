/** Where something came back: where it was, there under another name, or elsewhere since its folder is gone. */
export type Outcome = 'same' | 'renamed' | 'elsewhere';

interface Before {
  /** Missing when that folder is gone. */
  readonly path?: string | undefined;
  readonly name?: string | undefined;
}

export function outcomeOf(before: Before, backAt: string): Outcome {
  const cut = backAt.lastIndexOf('/');
  const wasIn = before.path?.slice(0, before.path.lastIndexOf('/'));
  if (wasIn !== backAt.slice(0, cut)) return 'elsewhere';
  return before.name === backAt.slice(cut + 1) ? 'same' : 'renamed';
}
