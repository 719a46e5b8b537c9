// Before anything is drawn, so that a dark page never flashes white. The page itself: src/state/theme.svelte.ts.
try {
  const theme = localStorage.getItem('nosocial.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Browsers may refuse their storage; the system's theme holds then.
}
