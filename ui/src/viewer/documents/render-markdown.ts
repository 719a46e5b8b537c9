import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { addressOf } from '../../state/router.svelte.ts';

const OUTSIDE = /^[a-z][a-z0-9+.-]*:|^\/\//i;

const FORBIDDEN_TAGS =
  'style form button textarea select label dialog audio video source picture map area template slot'.split(' ');
const FORBIDDEN_ATTRIBUTES = (
  'style class id name srcset background role tabindex popover popovertarget popovertargetaction for usemap slot ' +
  'inert autofocus accesskey'
).split(' ');

/**
 * Markdown as nodes of the page: sanitised, without anything that runs, that asks other servers, or that looks like a
 * part of the page. Links and pictures are those of `folder`, where the text lies.
 */
export function renderMarkdown(text: string, folder: string): DocumentFragment {
  const html = marked.parse(text, { async: false, gfm: true });
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    // `<label for>` presses what is none of the text's; a role or a popover would pass for a part of the page.
    FORBID_TAGS: FORBIDDEN_TAGS,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
  });
  for (const link of fragment.querySelectorAll('a[href]')) settleLink(link, folder);
  for (const picture of fragment.querySelectorAll('img')) settlePicture(picture, folder);
  for (const box of fragment.querySelectorAll('input')) settleBox(box);
  return fragment;
}

function settleLink(link: Element, folder: string): void {
  const href = link.getAttribute('href') ?? '';
  if (href.startsWith('#')) link.removeAttribute('href');
  else if (OUTSIDE.test(href)) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  } else {
    const path = pathOf(href, folder);
    if (path === undefined) link.removeAttribute('href');
    else link.setAttribute('href', addressOf(path));
  }
}

/** A picture of another server would tell it who reads. */
function settlePicture(picture: HTMLImageElement, folder: string): void {
  const source = picture.getAttribute('src') ?? '';
  const path = OUTSIDE.test(source) ? undefined : pathOf(source, folder);
  if (path === undefined) picture.replaceWith(picture.alt);
  else {
    if (!picture.hasAttribute('alt')) picture.alt = '';
    picture.src = `/api/v1/files/content?path=${encodeURIComponent(path)}`;
  }
}

/** Of task lists. */
function settleBox(box: HTMLInputElement): void {
  if (box.type !== 'checkbox') box.remove();
  else {
    box.disabled = true;
    box.setAttribute('aria-label', box.checked ? '☑' : '☐');
  }
}

/** `../a%20b.md` in `/Notes/2024` is `/Notes/a b.md`; undefined for what is no address at all. */
function pathOf(reference: string, folder: string): string | undefined {
  const base = `http://files${folder.split('/').map(encodeURIComponent).join('/')}/`;
  if (!URL.canParse(reference, base)) return undefined;
  return new URL(reference, base).pathname.split('/').map(decode).join('/');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
