import * as admin from '../api/admin.ts';
import type { Disk } from '../api/admin.ts';
import { t } from '../lib/messages.svelte.ts';
import { confirmation } from '../state/confirm.svelte.ts';
import { tell, tellProblem } from '../state/toasts.ts';

/** Free space is sampled by the server; asking more often shows nothing new. */
const EVERY_MS = 10_000;

/** The disks as they are, while somebody looks at them. */
export class Disks {
  items = $state.raw<readonly Disk[]>();
  error = $state.raw<unknown>();
  #isLooking = false;

  /** Loads them now and then anew, until the function that it returns is called. */
  watch(): () => void {
    void this.load();
    const timer = setInterval(() => void this.#look(), EVERY_MS);
    return () => clearInterval(timer);
  }

  /** One request at a time: they wait while somebody is asked to sign in again. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.load();
    this.#isLooking = false;
  }

  async load(): Promise<void> {
    try {
      this.items = await admin.listDisks();
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  async add(disk: { path: string; name?: string; reserveBytes?: number }): Promise<void> {
    await admin.addDisk(disk);
    await this.load();
  }

  async remove({ name }: Disk): Promise<void> {
    const isSure = await confirmation.ask({
      title: t('admin.remove-disk-title', { name }),
      text: t('admin.remove-disk-about'),
      confirm: t('admin.remove-disk'),
    });
    if (!isSure) return;
    try {
      await admin.removeDisk(name);
      tell(t('admin.disk-removed', { name }));
    } catch (error) {
      tellProblem(error);
    }
    await this.load();
  }
}
