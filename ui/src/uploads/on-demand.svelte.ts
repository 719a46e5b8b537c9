import type { Component } from 'svelte';
import type { queue } from './uploads.svelte.ts';

interface Loaded {
  readonly queue: typeof queue;
  readonly Panel: Component;
}

/** The queue and its panel, which most visits do not need. */
class OnDemand {
  loaded = $state.raw<Loaded>();
  #loading: Promise<Loaded> | undefined;

  /** With what was cut off before. */
  load(user: string | undefined): Promise<Loaded> {
    this.#loading ??= this.#load(user).catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #load(user: string | undefined): Promise<Loaded> {
    const [uploads, panel] = await Promise.all([import('./uploads.svelte.ts'), import('./upload-panel.svelte')]);
    // Before anything is added, so that it goes on where it was.
    await uploads.queue.signedIn(user);
    this.loaded = { queue: uploads.queue, Panel: panel.default };
    return this.loaded;
  }
}

export const onDemand = new OnDemand();
