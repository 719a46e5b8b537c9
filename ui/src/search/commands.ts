import Keyboard from '@lucide/svelte/icons/keyboard';
import LogOut from '@lucide/svelte/icons/log-out';
import Moon from '@lucide/svelte/icons/moon';
import Plug from '@lucide/svelte/icons/plug';
import Settings from '@lucide/svelte/icons/settings';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import User from '@lucide/svelte/icons/user';
import { keysText, runAction } from '../explorer/actions/keys.ts';
import { offered } from '../explorer/actions/table.ts';
import { explorer } from '../explorer/explorer.svelte.ts';
import { t, type MessageKey } from '../lib/messages.svelte.ts';
import type { Icon } from '../parts/icon.ts';
import { keyHelp } from '../shell/key-help.svelte.ts';
import { MAIN_PLACES } from '../shell/places.ts';
import { router } from '../state/router.svelte.ts';
import { session } from '../state/session.svelte.ts';
import { theme, type ThemeName } from '../state/theme.svelte.ts';
import { tellProblem } from '../state/toasts.ts';
import { wordsFit } from './words.ts';

/** Something that the palette does, besides finding files. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly icon: Icon;
  readonly keys?: string | undefined;
  run(): void;
}

const ACCOUNT_SECTIONS = ['profile', 'password', 'second-factor', 'sessions', 'app-passwords', 'appearance'] as const;
const ADMIN_SECTIONS = ['users', 'invitations', 'disks', 'settings', 'media'] as const;
const THEME_ICONS: Readonly<Record<ThemeName, Icon>> = { system: SunMoon, light: Sun, dark: Moon };

/** Those whose names have all the words of `text` in them. */
export function commandsFor(text: string): Command[] {
  return [...placeCommands(), ...actionCommands(), ...pageCommands()].filter(({ label }) => wordsFit(label, text));
}

/** Where one can go. */
export function placeCommands(): Command[] {
  const isAdmin = session.account?.role === 'admin';
  const sections = (page: 'account' | 'admin', names: readonly string[], icon: Icon): Command[] =>
    names.map((name) => ({
      id: `/${page}/${name}`,
      label: `${t(`nav.${page}`)} › ${t(`${page}.${name}` as MessageKey)}`,
      icon,
      run: () => void router.go(`/${page}/${name}`),
    }));
  return [
    ...MAIN_PLACES.map(({ href, label, icon }) => ({
      id: href,
      label: t('search.go-to', { place: t(label) }),
      icon,
      run: () => void router.go(href),
    })),
    ...sections('account', ACCOUNT_SECTIONS, User),
    ...(isAdmin ? sections('admin', ADMIN_SECTIONS, Settings) : []),
  ];
}

/** What can be done to what is chosen in the folder that is open. */
function actionCommands(): Command[] {
  if (router.place.page !== 'files') return [];
  const { target } = explorer;
  return offered(target).map((action) => ({
    id: `action:${action.id}`,
    label: t(action.label),
    icon: action.icon,
    keys: keysText(action),
    run: () => runAction(action, target),
  }));
}

function pageCommands(): Command[] {
  return [
    ...(['system', 'light', 'dark'] as const).map((name) => ({
      id: `theme:${name}`,
      label: t('search.theme', { theme: t(`theme.${name}`) }),
      icon: THEME_ICONS[name],
      run: () => theme.choose(name),
    })),
    { id: 'keys', label: t('keys.title'), icon: Keyboard, keys: '?', run: () => keyHelp.open() },
    { id: 'connect', label: t('nav.connect'), icon: Plug, run: () => location.assign('/connect') },
    { id: 'sign-out', label: t('nav.sign-out'), icon: LogOut, run: () => void session.end().catch(tellProblem) },
  ];
}
