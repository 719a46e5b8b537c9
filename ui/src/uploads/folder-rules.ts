import type { Schemas } from '../api/schemas.ts';

/** What a folder says of files that come in, as far as it can be told before their content is seen. */
export interface FolderRules {
  readonly allowExtensions: readonly string[];
  readonly refuseExtensions: readonly string[];
  /** Undefined: of any size. */
  readonly maxFileBytes: number | undefined;
  /** It asks for the kind of content, which the server tells by the first bytes. */
  readonly isTyped: boolean;
}

export type Violation =
  | { readonly rule: 'refuseExtensions'; readonly ending: string }
  | { readonly rule: 'allowExtensions'; readonly endings: readonly string[] }
  | { readonly rule: 'maxFileBytes'; readonly maxBytes: number };

export function rulesOf({ rules }: Pick<Schemas['EffectiveRules'], 'rules'>): FolderRules {
  const list = (name: string): readonly string[] => {
    const value = rules.find(({ rule }) => rule === name)?.value;
    return Array.isArray(value) ? value : [];
  };
  const max = rules.find(({ rule }) => rule === 'maxFileBytes')?.value;
  return {
    allowExtensions: list('allowExtensions'),
    refuseExtensions: list('refuseExtensions'),
    maxFileBytes: typeof max === 'number' && max > 0 ? max : undefined,
    isTyped: list('allowTypes').length > 0 || list('refuseTypes').length > 0,
  };
}

/** The first rule that a file breaks, as the server would find it (`src/core/content-rules.ts`). */
export function violationOf(rules: FolderRules, { name, size }: { name: string; size: number }): Violation | undefined {
  const folded = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[. ]+$/, '');
  const endingIn = (endings: readonly string[]): string | undefined =>
    endings.find((ending) => folded.endsWith(`.${ending}`));
  const refused = endingIn(rules.refuseExtensions);
  if (refused !== undefined) return { rule: 'refuseExtensions', ending: refused };
  if (rules.allowExtensions.length > 0 && endingIn(rules.allowExtensions) === undefined) {
    return { rule: 'allowExtensions', endings: rules.allowExtensions };
  }
  const { maxFileBytes } = rules;
  return maxFileBytes !== undefined && size > maxFileBytes
    ? { rule: 'maxFileBytes', maxBytes: maxFileBytes }
    : undefined;
}
