import * as admin from '../api/admin.ts';
import type { Setting } from '../api/admin.ts';

/** What is set, and what of it may be changed while the server runs. */
export class Settings {
  items = $state.raw<readonly Setting[]>();
  error = $state.raw<unknown>();

  async load(): Promise<void> {
    this.error = undefined;
    try {
      this.items = await admin.getSettings();
    } catch (error) {
      this.error = error;
    }
  }

  find(key: string): Setting | undefined {
    return this.items?.find((setting) => setting.key === key);
  }

  /** null goes back to what holds without being told. */
  async change(key: string, value: string | number | boolean | null): Promise<void> {
    this.items = await admin.changeSettings({ [key]: value });
  }
}
