/** The search that opens over any page, and the commands in it. */
class Palette {
  isOpen = $state(false);
  /** What stands in it when it opens. */
  text = '';

  open(text = ''): void {
    this.text = text;
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
  }
}

export const palette = new Palette();
