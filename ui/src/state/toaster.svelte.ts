import type * as svelteSonner from 'svelte-sonner';

type Sonner = typeof svelteSonner;

/** What draws toasts: nobody needs it before the first one. */
class Toaster {
  /** Once it is loaded; the shell has a place for it. */
  sonner = $state.raw<Sonner>();
  #loading: Promise<Sonner> | undefined;

  load(): Promise<Sonner> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** In the order of the calls. A toast that cannot be drawn is lost; the page tells that a part of it is. */
  use(work: (sonner: Sonner) => void): void {
    this.load().then(work, () => undefined);
  }

  async #load(): Promise<Sonner> {
    const sonner = await import('svelte-sonner');
    this.sonner = sonner;
    return sonner;
  }
}

export const toaster = new Toaster();
