import * as api from '../api/details.ts';
import type { FileLock, FileVersion } from '../api/details.ts';
import { getFileById, type FileEntry } from '../api/files.ts';
import { waysBack } from '../api/replacements.ts';
import { t } from '../lib/messages.svelte.ts';
import { confirmation } from '../state/confirm.svelte.ts';
import { tell, tellProblem } from '../state/toasts.ts';

/** The old contents of a file, and who keeps it from being changed. */
export class History {
  versions = $state.raw<readonly FileVersion[]>();
  locks = $state.raw<readonly FileLock[]>();
  error = $state.raw<unknown>();
  readonly #entry: FileEntry;

  constructor(entry: FileEntry) {
    this.#entry = entry;
  }

  async load(): Promise<void> {
    this.error = undefined;
    try {
      const isFile = this.#entry.kind === 'file';
      const [versions, locks] = await Promise.all([
        isFile ? api.listVersions(this.#entry) : [],
        api.listLocks(this.#entry),
      ]);
      this.versions = versions;
      this.locks = locks;
    } catch (error) {
      this.error = error;
    }
  }

  /** What is there now becomes an old version; undo brings it back. */
  async restore(version: FileVersion): Promise<void> {
    await this.#attempt(async () => {
      const before = await getFileById(this.#entry.id);
      const after = await api.restoreVersion(before, version);
      tell(t('details.version-restored', { name: this.#entry.name }), async () => {
        const [takeBack] = await waysBack([{ before, after }]);
        await takeBack?.();
        await this.load();
      });
    });
  }

  async remove(version: FileVersion): Promise<void> {
    const isSure = await confirmation.ask({
      title: t('details.delete-version-title'),
      text: t('details.delete-version-about'),
      confirm: t('action.delete'),
      isDangerous: true,
    });
    if (isSure) await this.#attempt(() => api.deleteVersion(this.#entry, version));
  }

  async breakLock(lock: FileLock): Promise<void> {
    const isSure = await confirmation.ask({
      title: t('details.break-lock-title'),
      text: t('details.break-lock-about', { user: lock.user }),
      confirm: t('details.break-lock'),
      isDangerous: true,
    });
    if (isSure) await this.#attempt(() => api.breakLock(this.#entry, lock));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      tellProblem(error);
    }
    await this.load();
  }
}
