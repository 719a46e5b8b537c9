/** While something is sent: leaving the page asks first, and a phone stays awake. */
export class Guards {
  #isOn = false;
  #lock: WakeLockSentinel | undefined;

  set(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    if (isOn) {
      addEventListener('beforeunload', ask);
      document.addEventListener('visibilitychange', this.#stayAwake);
      this.#stayAwake();
    } else {
      removeEventListener('beforeunload', ask);
      document.removeEventListener('visibilitychange', this.#stayAwake);
      void this.#lock?.release();
      this.#lock = undefined;
    }
  }

  /** Browsers take the lock away with the tab's being seen. */
  readonly #stayAwake = (): void => {
    if (document.visibilityState === 'visible') void this.#wake();
  };

  async #wake(): Promise<void> {
    if (!matchMedia('(pointer: coarse)').matches) return;
    try {
      // Missing without a secure context.
      const lock = await (navigator as Partial<Navigator>).wakeLock?.request('screen');
      if (this.#isOn) this.#lock = lock;
      else await lock?.release();
    } catch {
      // Low battery: the phone may sleep, and the upload goes on when it wakes.
    }
  }
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
