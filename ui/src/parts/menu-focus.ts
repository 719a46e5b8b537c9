/** Who opened a menu by a key goes on with its first line; what draws menus was not there yet to see that key. */
export function focusFirstLine(event: Event, menu: HTMLElement | null): void {
  const first = menu?.querySelector<HTMLElement>('[role="menuitem"]:not([data-disabled])');
  if (!first) return;
  event.preventDefault();
  first.focus();
}
