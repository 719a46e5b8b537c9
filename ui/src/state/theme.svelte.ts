/** As `public/theme.js` reads it, before anything is drawn: plain text, no JSON. */
const STORED_AS = 'nosocial.theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

class Theme {
  chosen = $state<ThemeName>(read());

  choose(theme: ThemeName): void {
    this.chosen = theme;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    try {
      if (theme === 'system') localStorage.removeItem(STORED_AS);
      else localStorage.setItem(STORED_AS, theme);
    } catch {
      // Without storage it holds until the page is loaded anew.
    }
  }
}

export const theme = new Theme();

function read(): ThemeName {
  const value = document.documentElement.dataset['theme'];
  return value === 'light' || value === 'dark' ? value : 'system';
}
