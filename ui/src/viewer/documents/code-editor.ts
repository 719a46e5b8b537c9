import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, LanguageDescription, syntaxHighlighting } from '@codemirror/language';
import { languages } from '@codemirror/language-data';
import { search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { t } from '../../lib/messages.svelte.ts';
import { EDITOR_PHRASES } from './editor-phrases.ts';

/** In the page's own colours, which follow the theme. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.meta], color: 'var(--muted)', fontStyle: 'italic' },
  {
    tag: [tags.function(tags.variableName), tags.definition(tags.variableName), tags.heading],
    color: 'var(--code-name)',
  },
  { tag: [tags.typeName, tags.className, tags.tagName, tags.propertyName], color: 'var(--code-type)' },
  { tag: tags.heading, fontWeight: 'bold' },
  { tag: tags.strong, fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.link, textDecoration: 'underline' },
]);

const LOOKS = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--card)', fontSize: '0.875rem' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', lineHeight: '1.5' },
  '.cm-gutters': { color: 'var(--muted)', backgroundColor: 'var(--ground)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '.cm-panels': { color: 'var(--text)', backgroundColor: 'var(--raised)' },
  '.cm-panels input, .cm-panels button': { minHeight: '1.75rem' },
});

export interface CodeEditorOptions {
  readonly name: string;
  readonly text: string;
  readonly label: string;
  readonly isEditable: boolean;
  readonly onchange: () => void;
  readonly onsave: () => void;
}

/**
 * An editor in `parent`, in a shadow root: the styles that CodeMirror makes as it runs are adopted there, where the
 * page's policy allows no other style than those of its files.
 */
export function openCodeEditor(parent: HTMLElement, options: CodeEditorOptions): EditorView {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  const language = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({ doc: options.text, extensions: [extensionsFor(options), language.of([])] }),
  });
  void languageOf(options.name).then((found) => {
    if (found) view.dispatch({ effects: language.reconfigure(found) });
  });
  return view;
}

function extensionsFor({ label, isEditable, onchange, onsave }: CodeEditorOptions): Extension {
  const save = { key: 'Mod-s', preventDefault: true, run: () => (onsave(), true) };
  return [
    lineNumbers(),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    search({ top: true }),
    syntaxHighlighting(COLOURS),
    LOOKS,
    EditorView.lineWrapping,
    EditorState.phrases.of(Object.fromEntries(Object.entries(EDITOR_PHRASES).map(([said, key]) => [said, t(key)]))),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    isEditable
      ? [history(), keymap.of([save, indentWithTab])]
      : [EditorState.readOnly.of(true), EditorView.editable.of(false)],
    isEditable ? [] : EditorView.contentAttributes.of({ tabindex: '0' }),
    keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of(({ docChanged }) => docChanged && onchange()),
  ];
}

/** Loaded when a text of it is first opened; none for plain text. */
async function languageOf(name: string): Promise<Extension | undefined> {
  return (await LanguageDescription.matchFilename(languages, name)?.load())?.extension;
}
