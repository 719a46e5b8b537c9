import type { EffectiveRules } from '../api/details.ts';
import { formatBytes } from '../lib/format.ts';
import { t } from '../lib/messages.svelte.ts';

/** What a rule of a folder says, and which folder says it. */
export function ruleText({ rule, value, folder }: EffectiveRules['rules'][number]): string {
  const where = folder.path === undefined ? '' : ` (${folder.path})`;
  if (Array.isArray(value)) return t(`rule.${rule as 'allowTypes'}`, { value: value.join(', ') }) + where;
  const text = rule === 'maxFileBytes' ? formatBytes(value) : value;
  return t(`rule.${rule as 'maxFileBytes'}`, { value: text }) + where;
}
