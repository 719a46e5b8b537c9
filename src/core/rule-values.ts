import { DomainError } from '../lib/errors.ts';
import { isTypePattern, TYPE_GROUPS } from './content-type/kinds.ts';
import type { PolicyRules } from './rules.ts';

/** More is a mistake, and each file that comes in is held against all of it. */
const MAX_ENTRIES = 100;

/** The rules as they are stored: lists in lower case and without doubles. Throws `bad-request`. */
export function checkedRules(rules: PolicyRules): PolicyRules {
  const { allowTypes, refuseTypes, allowExtensions, refuseExtensions, maxFileBytes } = rules;
  if (maxFileBytes !== undefined && (!Number.isSafeInteger(maxFileBytes) || maxFileBytes < 0)) {
    throw new DomainError('bad-request', 'the size of a file is a whole number of bytes; 0 for any');
  }
  return {
    ...rules,
    allowTypes: allowTypes && checkedList(allowTypes, typePattern),
    refuseTypes: refuseTypes && checkedList(refuseTypes, typePattern),
    allowExtensions: allowExtensions && checkedList(allowExtensions, extension),
    refuseExtensions: refuseExtensions && checkedList(refuseExtensions, extension),
  };
}

function checkedList(entries: readonly string[], check: (entry: string) => string): readonly string[] {
  if (entries.length > MAX_ENTRIES) throw new DomainError('bad-request', `a rule lists at most ${MAX_ENTRIES} entries`);
  return [...new Set(entries.map(check))];
}

function typePattern(entry: string): string {
  const pattern = entry.trim().toLowerCase();
  if (isTypePattern(pattern)) return pattern;
  const groups = TYPE_GROUPS.join(', ');
  throw new DomainError('bad-request', `"${entry}" is no type: give image/png, image/* or one of ${groups}`);
}

/** `jpg`, `tar.gz`; a dot before it does not matter. */
function extension(entry: string): string {
  const ending = entry.trim().normalize('NFC').toLowerCase().replace(/^\.+/, '');
  if (/^[^\s./\\*]+(\.[^\s./\\*]+)*$/u.test(ending) && ending.length <= 32) return ending;
  throw new DomainError('bad-request', `"${entry}" is no extension: give it as jpg or tar.gz`);
}
