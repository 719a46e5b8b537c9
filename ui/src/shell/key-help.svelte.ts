/** Whether the keys are shown. */
class KeyHelp {
  isOpen = $state(false);

  open(): void {
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
  }
}

export const keyHelp = new KeyHelp();
