import type { MessageKey } from '../lib/messages.svelte.ts';

/** How a setting is asked for; those that are changed while the server runs, in the order of the page. */
export interface KnownSetting {
  readonly key: string;
  readonly label: MessageKey;
  readonly hint: MessageKey;
  readonly kind: 'choice' | 'switch' | 'count' | 'size';
  readonly options?: readonly { value: string; label: MessageKey }[];
}

export const KNOWN_SETTINGS: readonly KnownSetting[] = [
  {
    key: 'accounts.profile',
    label: 'setting.profile',
    hint: 'setting.profile-hint',
    kind: 'choice',
    options: [
      { value: 'family', label: 'setting.profile-family' },
      { value: 'classroom', label: 'setting.profile-classroom' },
      { value: 'open', label: 'setting.profile-open' },
    ],
  },
  {
    key: 'accounts.registration',
    label: 'setting.registration',
    hint: 'setting.registration-hint',
    kind: 'choice',
    options: [
      { value: 'closed', label: 'setting.registration-closed' },
      { value: 'invitation', label: 'setting.registration-invitation' },
      { value: 'approval', label: 'setting.registration-approval' },
      { value: 'open', label: 'setting.registration-open' },
    ],
  },
  {
    key: 'accounts.newRole',
    label: 'setting.new-role',
    hint: 'setting.new-role-hint',
    kind: 'choice',
    options: [
      { value: 'normal', label: 'role.normal-about' },
      { value: 'advanced', label: 'role.advanced-about' },
    ],
  },
  { key: 'accounts.adminsOpenHomes', label: 'setting.open-homes', hint: 'setting.open-homes-hint', kind: 'switch' },
  { key: 'files.defaultQuota', label: 'setting.quota', hint: 'setting.quota-hint', kind: 'size' },
  { key: 'files.versionsKept', label: 'setting.versions', hint: 'setting.versions-hint', kind: 'count' },
  { key: 'files.versionsKeptDays', label: 'setting.versions-days', hint: 'setting.versions-days-hint', kind: 'count' },
  { key: 'files.trashKeptDays', label: 'setting.trash-days', hint: 'setting.trash-days-hint', kind: 'count' },
  { key: 'dlna.enabled', label: 'setting.television', hint: 'setting.television-hint', kind: 'switch' },
];
