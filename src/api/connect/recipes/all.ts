import { android } from './android.ts';
import { davfs2 } from './davfs2.ts';
import { gnome } from './gnome.ts';
import { ios } from './ios.ts';
import { kde } from './kde.ts';
import { macos } from './macos.ts';
import type { Recipe } from './recipe.ts';
import { rclone } from './rclone.ts';
import { windows } from './windows.ts';

/** In the order in which they are listed to those whose system is not known. */
export const RECIPES: readonly Recipe[] = [windows, macos, gnome, kde, davfs2, ios, android, rclone];
