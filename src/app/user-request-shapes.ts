import type { LiveChanges, SettingView } from '../api/contract/live-settings.ts';
import type { NewInvitation } from '../core/invitations.ts';
import type { Disposal } from '../core/removals.ts';

/** What the command line asks about accounts besides changes to one. */
export interface UserRequests {
  /** Without a disposal only who owns nothing goes. */
  userRemove: { args: { name: string; disposal?: Disposal }; result: RemovedView };
  userInvite: { args: Omit<NewInvitation, 'createdBy'>; result: InvitationView };
  settingList: { args: object; result: SettingView[] };
  settingChange: { args: { changes: LiveChanges }; result: SettingView[] };
}

/** `leaving`: the files are kept for some days, or something of theirs is still under way. */
export interface RemovedView {
  readonly name: string;
  readonly state: 'gone' | 'leaving';
}

export interface InvitationView {
  readonly url: string;
  readonly expiresAt: string;
}
