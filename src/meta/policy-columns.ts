import type { Policy, PolicyRules, Preset } from '../core/rules.ts';
import type { RawRow } from './reads/read.ts';
import type { SqlValue } from './sql.ts';

/** A row of `policy`, or of what it was joined to where there is none. */
export interface PolicyRow {
  readonly preset: Preset | null;
  readonly isEnabled: number | null;
  readonly expireAfterMs: number | null;
  readonly maxFileBytes: number | null;
  readonly extensions: string | null;
  readonly contentTypes: string | null;
  readonly versionsKept: number | null;
  readonly versionsKeptMs: number | null;
}

/** Of a table called `p`. */
export const POLICY_COLUMNS = `p.preset, p.is_enabled AS isEnabled, p.expire_after_ms AS expireAfterMs,
  p.max_file_bytes AS maxFileBytes, p.extensions, p.content_types AS contentTypes, p.versions_kept AS versionsKept,
  p.versions_kept_ms AS versionsKeptMs`;

const COLUMNS = [
  'preset',
  'isEnabled',
  'expireAfterMs',
  'maxFileBytes',
  'extensions',
  'contentTypes',
  'versionsKept',
  'versionsKeptMs',
] as const satisfies readonly (keyof PolicyRow)[];

export const POLICY_COLUMN_COUNT = COLUMNS.length;

/** What `POLICY_COLUMNS` hold in a row, from `at` on. */
export function policyRowAt(row: RawRow, at: number): PolicyRow {
  const values = COLUMNS.map((column, index) => [column, row[at + index] ?? null] as const);
  return Object.fromEntries(values) as Record<(typeof COLUMNS)[number], never>;
}

export function policyOf(nodeId: number, row: PolicyRow): Policy | undefined {
  if (row.preset === null) return undefined;
  const extensions = readLists(row.extensions);
  const types = readLists(row.contentTypes);
  return {
    nodeId,
    preset: row.preset,
    isEnabled: row.isEnabled === 1,
    changes: given({
      expireAfterMs: row.expireAfterMs ?? undefined,
      versionsKept: row.versionsKept ?? undefined,
      versionsKeptMs: row.versionsKeptMs ?? undefined,
      maxFileBytes: row.maxFileBytes ?? undefined,
      allowExtensions: extensions.allow,
      refuseExtensions: extensions.refuse,
      allowTypes: types.allow,
      refuseTypes: types.refuse,
    }),
  };
}

function given(rules: PolicyRules): PolicyRules {
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
}

export const POLICY_FIELDS = `preset, is_enabled, expire_after_ms, max_file_bytes, extensions, content_types,
  versions_kept, versions_kept_ms`;

/** What `POLICY_FIELDS` take. */
export function policyValues({ preset, isEnabled, changes }: Omit<Policy, 'nodeId'>): SqlValue[] {
  const { allowExtensions, refuseExtensions, allowTypes, refuseTypes } = changes;
  return [
    preset,
    Number(isEnabled),
    changes.expireAfterMs ?? null,
    changes.maxFileBytes ?? null,
    writeLists({ allow: allowExtensions, refuse: refuseExtensions }),
    writeLists({ allow: allowTypes, refuse: refuseTypes }),
    changes.versionsKept ?? null,
    changes.versionsKeptMs ?? null,
  ];
}

interface Lists {
  readonly allow?: readonly string[] | undefined;
  readonly refuse?: readonly string[] | undefined;
}

function readLists(text: string | null): Lists {
  return text === null ? {} : (JSON.parse(text) as Lists);
}

function writeLists(lists: Lists): string | null {
  return lists.allow === undefined && lists.refuse === undefined ? null : JSON.stringify(lists);
}
