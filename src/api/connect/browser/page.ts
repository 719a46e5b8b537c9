/** What the script adds to the page, which works without: copying, and the test. */
import { runRoundTrip, STEP_TITLES, type Outcome, type StepReport } from './round-trip.ts';

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

function addCopyButtons(): void {
  for (const block of document.querySelectorAll('.copy')) {
    const code = block.querySelector('code');
    if (code === null) continue;
    const text = code.textContent;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', `Copy ${text}`);
    button.addEventListener('click', () => {
      void copyText(text, code).then((isCopied) => {
        button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
        announcer().textContent = isCopied ? 'Copied.' : 'The text is selected; press Ctrl+C.';
      });
    });
    block.append(button);
  }
}

/** Speaks to screen readers, which do not read a button again whose text changed. */
function announcer(): HTMLElement {
  const present = document.getElementById('announcer');
  if (present !== null) return present;
  const fresh = document.createElement('p');
  fresh.id = 'announcer';
  fresh.setAttribute('role', 'status');
  fresh.className = 'unseen';
  document.querySelector('main')?.append(fresh);
  return fresh;
}

/** Browsers have a clipboard only on pages with TLS and on this machine; elsewhere the selection is copied. */
async function copyText(text: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way on a page without TLS
    return document.execCommand('copy');
  }
}

/** What a link within the page leads to is opened. */
function openLinked(): void {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  if (target instanceof HTMLDetailsElement) target.open = true;
}

/** Safari on an iPad says that it is a Mac, which has no touch screen. */
function openForIpad(): void {
  const recipe = document.getElementById('ios');
  const isTouched = navigator.maxTouchPoints > 1 && navigator.userAgent.includes('Macintosh');
  if (isTouched && recipe instanceof HTMLDetailsElement) recipe.open = true;
}

const MARKS = { running: '…', passed: '✓', failed: '✗', skipped: '–' } as const;
const SPOKEN = { running: 'running', passed: 'passed', failed: 'failed', skipped: 'not tried' } as const;

class TestForm {
  readonly #form = element('test-form', HTMLFormElement);
  readonly #name = element('test-name', HTMLInputElement);
  readonly #password = element('test-password', HTMLInputElement);
  readonly #start = element('test-start', HTMLButtonElement);
  readonly #cancel = element('test-cancel', HTMLButtonElement);
  readonly #report = element('test-report', HTMLElement);
  readonly #progress = element('test-progress', HTMLProgressElement);
  readonly #status = element('test-status', HTMLElement);
  readonly #steps = element('test-steps', HTMLOListElement);
  readonly #result = element('test-result', HTMLElement);
  #running: AbortController | undefined;

  show(): void {
    this.#form.hidden = false;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#running === undefined) void this.#run();
    });
    this.#cancel.addEventListener('click', () => this.#running?.abort());
  }

  async #run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#begin();
    try {
      const outcome = await runRoundTrip({
        origin: location.origin,
        userName: this.#name.value,
        password: this.#password.value,
        signal: running.signal,
        onStep: (step) => this.#tell(step),
      });
      this.#result.textContent = summary(outcome);
    } catch (error) {
      this.#result.textContent = `The test itself failed: ${String(error)}`;
    }
    this.#end();
  }

  #begin(): void {
    this.#start.disabled = true;
    this.#cancel.hidden = false;
    this.#report.hidden = false;
    this.#progress.hidden = false;
    this.#progress.max = STEP_TITLES.length;
    this.#progress.value = 0;
    this.#result.textContent = '';
    this.#steps.replaceChildren(...STEP_TITLES.map(waitingStep));
    this.#cancel.focus();
  }

  #tell({ index, state, words }: StepReport): void {
    const item = this.#steps.children[index];
    if (!(item instanceof HTMLElement)) return;
    item.className = state;
    const [mark, , told] = item.children;
    if (mark) mark.textContent = MARKS[state];
    if (told) told.textContent = words;
    mark?.setAttribute('aria-label', SPOKEN[state]);
    if (state === 'running') this.#status.textContent = `Step ${index + 1} of ${STEP_TITLES.length}`;
    else this.#progress.value = index + 1;
  }

  #end(): void {
    this.#running = undefined;
    this.#start.disabled = false;
    this.#cancel.hidden = true;
    this.#progress.hidden = true;
    this.#status.textContent = '';
    this.#result.focus();
  }
}

function waitingStep(title: string): HTMLLIElement {
  const item = document.createElement('li');
  const parts = ['mark', 'title', 'words'].map((name) => {
    const part = document.createElement('span');
    part.className = name;
    return part;
  });
  const [mark, heading] = parts;
  mark?.setAttribute('role', 'img');
  mark?.setAttribute('aria-label', 'waiting');
  if (heading) heading.textContent = title;
  item.append(...parts);
  return item;
}

function summary(outcome: Outcome): string {
  const { leftBehind } = outcome;
  if (leftBehind.length === 0) return verdict(outcome);
  return `${verdict(outcome)} Please delete what the test could not: ${leftBehind.join(', ')}`;
}

function verdict({ failed, isLimited, isCancelled, leftBehind }: Outcome): string {
  if (isCancelled) return leftBehind.length > 0 ? 'Cancelled.' : 'Cancelled. What the test had written is removed.';
  if (failed > 0)
    return failed === 1 ? 'One step failed; see above what it means.' : `${failed} steps failed; see above.`;
  return isLimited
    ? 'Everything works that this user may do. Network drives will work at this address.'
    : 'Everything works. Network drives will work at this address.';
}

addCopyButtons();
openLinked();
openForIpad();
window.addEventListener('hashchange', openLinked);
if (document.getElementById('test-form') !== null) new TestForm().show();
