import { askAhead } from './api/ahead.ts';
import { firstWindow } from './explorer/first-window.ts';

// Who is there, and what is in the open folder, while the other scripts are still loaded: this one waits for none of
// them (`async` in the document).
askAhead('POST', '/api/v1/session/renew');
const path = openFolder();
if (path !== undefined) askAhead('GET', `/api/v1/files?${queryOf(firstWindow(path))}`);

// The first number that a browser writes takes it 15 ms, in which it finds its tables: now it waits for scripts anyway.
setTimeout(() => new Intl.NumberFormat('en').format(0));

function openFolder(): string | undefined {
  const [, page = '', ...segments] = location.pathname.split('/');
  if (page !== '' && page !== 'files') return undefined;
  try {
    return `/${segments.map(decodeURIComponent).filter(Boolean).join('/')}`;
  } catch {
    // Written by hand, and wrong: the page will say what it makes of it.
    return undefined;
  }
}

/** As openapi-fetch writes it. */
function queryOf(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
}
