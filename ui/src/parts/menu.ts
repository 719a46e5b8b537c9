import type { Icon } from './icon.ts';

/** A line of a menu. */
export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: Icon;
  /** As people read it: `Ctrl+X`. */
  readonly keys?: string;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  readonly run: () => void;
}

/** Groups are parted by a line. */
export type Menu = readonly (readonly MenuItem[])[];
