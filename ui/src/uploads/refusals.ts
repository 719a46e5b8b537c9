import { nameProblem } from '../explorer/actions/names.ts';
import { formatBytes } from '../lib/format.ts';
import { t } from '../lib/messages.svelte.ts';
import { session } from '../state/session.svelte.ts';
import { violationOf, type Violation } from './folder-rules.ts';
import type { Place, Planning } from './plan.ts';

const MAX_PATH_BYTES = 4096;

/** What is refused before a byte of it is sent, in words. The server says the same, and what only it can know. */
export const refusalOf: Planning['refusal'] = ({ name, sizeBytes }, place) =>
  nameRefusal(name, place) ?? fileRefusal({ name, sizeBytes }, place);

function nameRefusal(name: string, { path, mayAdd }: Place): string | undefined {
  if (!mayAdd) return t('uploads.may-not-add');
  const problem = nameProblem(name);
  if (problem !== undefined) return t(problem);
  const isLong = new TextEncoder().encode(`${path}/${name}`).length > MAX_PATH_BYTES;
  return isLong ? t('uploads.path-too-long') : undefined;
}

function fileRefusal(
  { name, sizeBytes }: { readonly name: string; readonly sizeBytes: number | undefined },
  { rules }: Place,
): string | undefined {
  if (sizeBytes === undefined) return undefined;
  const violation = violationOf(rules, { name, size: sizeBytes });
  if (violation !== undefined) return inWords(violation);
  // What is used may give way, trash for one; what is larger than the whole quota never fits.
  const quota = session.account?.quotaBytes ?? Infinity;
  return sizeBytes > quota ? t('uploads.over-quota', { quota: formatBytes(quota) }) : undefined;
}

function inWords(violation: Violation): string {
  if (violation.rule === 'refuseExtensions') return t('uploads.refuses-ending', { ending: violation.ending });
  if (violation.rule === 'maxFileBytes') return t('uploads.too-large', { max: formatBytes(violation.maxBytes) });
  return t('uploads.takes-endings', { endings: violation.endings.map((ending) => `.${ending}`).join(', ') });
}
