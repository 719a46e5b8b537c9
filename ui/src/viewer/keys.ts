/** What a key asks of the viewer itself; `typing` where it is somebody's text. */
export function stepOfKey(event: KeyboardEvent): 1 | -1 | 'typing' | undefined {
  if (isTyping(event)) return 'typing';
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined;
  if (event.key === 'ArrowRight' || event.key === 'PageDown') return 1;
  return event.key === 'ArrowLeft' || event.key === 'PageUp' ? -1 : undefined;
}

/** The first target, though it may be inside of a shadow root. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=range], [type=checkbox]), select, textarea');
}
