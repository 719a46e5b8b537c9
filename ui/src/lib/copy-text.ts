/**
 * Puts a text into the clipboard; whether that went well. Browsers have a clipboard for scripts only on pages with TLS
 * and on this machine: elsewhere the text is selected in a field that nobody sees, and that is copied. To be called from
 * a click or a key.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Missing, whatever its type says, where the page came over plain HTTP.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'unseen';
  // Within an open dialog, since that keeps the focus from all that is not.
  (focused?.closest('[role="dialog"], dialog') ?? document.body).append(field);
  try {
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on a page without TLS
    return document.execCommand('copy');
  } finally {
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
