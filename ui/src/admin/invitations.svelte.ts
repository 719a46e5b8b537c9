import * as admin from '../api/admin.ts';
import type { Invitation, NewInvitation } from '../api/admin.ts';
import { t } from '../lib/messages.svelte.ts';
import { confirmation } from '../state/confirm.svelte.ts';
import { PagedList } from '../state/paged-list.svelte.ts';
import { tell, tellProblem } from '../state/toasts.ts';

/** The links by which others come to have an account. */
export class Invitations {
  readonly list = new PagedList<Invitation>(admin.listInvitations);
  /** Nobody may join, by an invitation or otherwise: there are none to make. */
  isClosed = $state(false);

  async load(): Promise<void> {
    await Promise.all([this.list.load(), this.#ask()]);
  }

  /** The link, which the server tells this once. */
  async create(invitation: NewInvitation): Promise<string> {
    const { url } = await admin.createInvitation(invitation);
    await this.list.load();
    return url;
  }

  async #ask(): Promise<void> {
    try {
      const settings = await admin.getSettings();
      this.isClosed = settings.some(({ key, value }) => key === 'accounts.registration' && value === 'closed');
    } catch {
      // The server refuses what cannot be made, in words.
    }
  }

  async revoke(invitation: Invitation): Promise<void> {
    const isSure = await confirmation.ask({
      title: t('admin.revoke-title'),
      text: t('admin.revoke-about'),
      confirm: t('admin.revoke'),
      isDangerous: true,
    });
    if (!isSure) return;
    try {
      await admin.revokeInvitation(invitation.id);
      this.list.put(({ id }) => id === invitation.id, { ...invitation, state: 'revoked' });
      tell(t('admin.revoked'));
    } catch (error) {
      tellProblem(error);
    }
  }
}
