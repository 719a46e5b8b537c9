const NAMES: Readonly<Record<string, string>> = {
  Delete: 'Del',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Backspace: '⌫',
  Escape: 'Esc',
};

/** Keys as tinykeys reads them (`$mod+KeyX`) in the words that stand on a keyboard: `Ctrl+X`, `⌘X`. */
export function readable(keys: string, isApple: boolean): string {
  const parts = keys.split('+').map((key) => {
    if (key === '$mod') return isApple ? '⌘' : 'Ctrl';
    if (isApple && key === 'Shift') return '⇧';
    if (isApple && key === 'Alt') return '⌥';
    return NAMES[key] ?? key.replace(/^(Key|Digit)/, '');
  });
  return parts.join(isApple ? '' : '+');
}
