import type { MessageKey } from '../../lib/messages.svelte.ts';

/** What CodeMirror says by itself, in its own words, and where the catalogue has it. */
export const EDITOR_PHRASES: Readonly<Record<string, MessageKey>> = {
  Find: 'editor.find',
  Replace: 'editor.replace-by',
  next: 'editor.next',
  previous: 'editor.previous',
  all: 'editor.all',
  'match case': 'editor.case',
  regexp: 'editor.expression',
  'by word': 'editor.words',
  replace: 'editor.replace',
  'replace all': 'editor.replace-all',
  close: 'action.close',
  'current match': 'editor.match',
  'on line': 'editor.on-line',
  'replaced match on line $': 'editor.replaced',
  'replaced $ matches': 'editor.replaced-all',
  'Go to line': 'editor.line',
  go: 'editor.go',
  'Selection deleted': 'editor.deleted',
  'Control character': 'editor.control-character',
};
