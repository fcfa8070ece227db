import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const hues = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--color-code-key)' },
  { tag: tags.string, color: 'var(--color-code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--color-code-number)' },
  { tag: tags.punctuation, color: 'var(--color-text-3)' },
])

/** Every editor in our tokens. */
export const editorLook = EditorView.theme({
  '&': { backgroundColor: 'var(--color-sunken)', color: 'var(--color-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: 'var(--leading-code)' },
  '.cm-gutters': { backgroundColor: 'var(--color-sunken)', color: 'var(--color-text-3)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--color-text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--color-selected) !important' },
})

export const editorHues = [syntaxHighlighting(hues), syntaxHighlighting(defaultHighlightStyle, { fallback: true })]
