import type { Condition } from './condition.ts';
import { stretchesOf } from './pattern.ts';

/** More would not make what is looked at any less. */
const MAX_WORDS = 16;
const MAX_WORD_LENGTH = 64;

/** Words for the index: every name for which the condition can hold has them. None: all names have to be looked at. */
export function wordsFor(condition: Condition | undefined): string {
  const words = (condition ? textsIn(condition) : []).flatMap((text) => text.split(/\s+/));
  const wanted = words.filter((word) => word !== '').sort((a, b) => b.length - a.length);
  // Half of a pair of surrogates would be in no name.
  return wanted
    .slice(0, MAX_WORDS)
    .map((word) => Array.from(word).slice(0, MAX_WORD_LENGTH).join(''))
    .join(' ');
}

function textsIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'and':
      return condition.parts.flatMap(textsIn);
    case 'contains':
      return condition.wanted.words;
    case 'like':
      return condition.property.name === 'displayname' ? stretchesOf(condition.pattern) : [];
    case 'eq':
      return condition.property.name === 'displayname' ? [String(condition.value)] : [];
    default:
      return [];
  }
}
