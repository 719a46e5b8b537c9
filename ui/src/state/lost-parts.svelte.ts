/** What is loaded on demand does not come: the network is gone, or the server was updated and has other files by now. */
class LostParts {
  isTold = $state(false);

  /** Returns how to end it. */
  watch(): () => void {
    const tell = (): void => {
      this.isTold = true;
    };
    window.addEventListener('vite:preloadError', tell);
    return () => window.removeEventListener('vite:preloadError', tell);
  }

  dismiss(): void {
    this.isTold = false;
  }
}

export const lostParts = new LostParts();
