import type { Icon } from '../../parts/icon.ts';
import type { MessageKey } from '../../lib/messages.svelte.ts';
import type { Target } from './target.ts';

/** Something that can be done to files: the context menu, the toolbar, the keys and the key help are all made from these. */
export interface Action {
  readonly id: string;
  readonly label: MessageKey;
  readonly icon: Icon;
  /** As tinykeys reads them: `$mod+KeyX`, `F2`. */
  readonly keys?: readonly string[];
  /** Something else listens to the keys, which are named for people only. */
  readonly hasOwnKeys?: boolean;
  /** Actions of a group stand together. */
  readonly group: 'open' | 'make' | 'clipboard' | 'change' | 'about' | 'remove';
  readonly isDangerous?: boolean;
  /** Not worth a place in the toolbar, or there already. */
  readonly isInMenuOnly?: boolean;
  /** Keeps its place in the toolbar where there is little room, as on phones. */
  readonly isCommon?: boolean;
  /** Whether it makes sense for the target, and the one who asks may. What is not offered is not shown. */
  isOffered(target: Target): boolean;
  run(target: Target): void | Promise<void>;
}
