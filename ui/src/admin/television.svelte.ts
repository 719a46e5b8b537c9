import * as admin from '../api/admin.ts';
import type { Television } from '../api/admin.ts';
import { t } from '../lib/messages.svelte.ts';
import { tell, tellProblem } from '../state/toasts.ts';

/** Often enough for whoever stands before a set and looks whether it was heard. */
const EVERY_MS = 5000;
const VIEWERS = 'dlna.viewers';
/** Nobody chooses from a longer list. */
const MOST_USERS = 500;

/** How films come to televisions, while somebody looks at it. */
export class TelevisionWatch {
  now = $state.raw<Television>();
  error = $state.raw<unknown>();
  /** Who may watch; undefined where the configuration says who watches where. */
  users = $state.raw<readonly string[]>();
  #isLooking = false;

  /** Loads it now and then anew, until the function that it returns is called. */
  watch(): () => void {
    void this.load();
    void this.#loadUsers();
    const timer = setInterval(() => void this.#look(), EVERY_MS);
    return () => clearInterval(timer);
  }

  /** '' for nobody in particular. */
  async setViewer(address: string, user: string): Promise<void> {
    try {
      const others = (await viewersSetting())?.value;
      const kept = Array.isArray(others) ? others.filter((each) => !each.startsWith(`${address}=`)) : [];
      await admin.changeSettings({ [VIEWERS]: user === '' ? kept : [...kept, `${address}=${user}`] });
      tell(t('admin.saved'));
    } catch (error) {
      tellProblem(error);
    }
    await this.load();
  }

  /** One request at a time: they wait while somebody is asked to sign in again. */
  async #look(): Promise<void> {
    if (this.#isLooking || document.hidden) return;
    this.#isLooking = true;
    await this.load();
    this.#isLooking = false;
  }

  async load(): Promise<void> {
    try {
      this.now = await admin.getTelevision();
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  /** Without them the page shows who watches, and no choice. */
  async #loadUsers(): Promise<void> {
    try {
      if ((await viewersSetting())?.isChangeable) this.users = await userNames();
    } catch (error) {
      tellProblem(error);
    }
  }
}

async function viewersSetting(): Promise<admin.Setting | undefined> {
  return (await admin.getSettings()).find(({ key }) => key === VIEWERS);
}

async function userNames(): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await admin.listUsers({ search: '', state: undefined, cursor }, new AbortController().signal);
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== undefined && names.length < MOST_USERS);
  return names;
}
