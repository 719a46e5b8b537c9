/**
 * The whole page in full screen, so that menus, dialogs and what is told in passing are seen over the viewer. Phones of
 * Apple have it for films alone: there it is not offered.
 */
export class FullScreen {
  readonly isOffered = document.fullscreenEnabled;
  isOn = $state(false);
  readonly #follow = () => {
    this.isOn = document.fullscreenElement !== null;
  };

  constructor() {
    $effect(() => {
      document.addEventListener('fullscreenchange', this.#follow);
      return () => {
        document.removeEventListener('fullscreenchange', this.#follow);
        if (document.fullscreenElement) void document.exitFullscreen();
      };
    });
  }

  toggle(): void {
    // Refused, it stays as it is, which the button shows.
    const done = this.isOn ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => undefined);
  }
}
