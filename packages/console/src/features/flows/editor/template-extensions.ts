import { autocompletion, type Completion, type CompletionContext, type CompletionResult, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { bracketMatching } from '@codemirror/language'
import { linter } from '@codemirror/lint'
import { EditorState, type Extension } from '@codemirror/state'
import { Decoration, EditorView, keymap, lineNumbers, MatchDecorator, placeholder, ViewPlugin } from '@codemirror/view'
import { everyVariable, type Variable } from '../map/variables.ts'
import { editorHues, editorLook } from './editor-look.ts'
import type { TemplateShape } from './template-input.ts'

const chips = new MatchDecorator({ regexp: /\{\{.*?\}\}/g, decoration: Decoration.mark({ class: 'cm-chip' }) })

/** What is read from data stands out from what is written. */
const showChips = ViewPlugin.define(
  (view) => ({
    decorations: chips.createDeco(view),
    update(update) {
      this.decorations = chips.updateDeco(update, this.decorations)
    },
  }),
  { decorations: ({ decorations }) => decorations },
)

const look = EditorView.theme({
  '&': {
    backgroundColor: 'var(--color-surface)',
    border: '1px solid var(--color-edge)',
    borderRadius: 'var(--radius-md)',
    overflow: 'hidden',
  },
  '&.cm-focused': { outline: '2px solid var(--color-focus)', outlineOffset: '-1px' },
  '.cm-scroller': { overflow: 'auto', maxHeight: '26rem' },
  '.cm-content': { padding: '6px 0' },
  '.cm-line': { padding: '0 10px' },
  '.cm-gutters': { backgroundColor: 'transparent', paddingLeft: '4px' },
  '.cm-placeholder': { color: 'var(--color-text-3)' },
  '.cm-chip, .cm-chip span': { color: 'var(--color-code-variable) !important', fontWeight: '500' },
  '.cm-chip': { backgroundColor: 'var(--color-code-variable-tint)', borderRadius: 'var(--radius-sm)', padding: '2px 0' },
  '.cm-tooltip': {
    ...{ backgroundColor: 'var(--color-raised)', border: '1px solid var(--color-line-strong)', borderRadius: 'var(--radius-lg)' },
    ...{ boxShadow: 'var(--shadow-2)', overflow: 'hidden', color: 'var(--color-text)' },
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', maxHeight: '16rem', padding: '4px' },
  '.cm-tooltip-autocomplete > ul > li': { display: 'flex', gap: '12px', padding: '5px 8px', borderRadius: 'var(--radius-md)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--color-selected)', color: 'var(--color-text)' },
  '.cm-completionLabel': { flex: '1' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600', color: 'var(--color-accent-text)' },
  '.cm-completionDetail': { marginLeft: 'auto', fontStyle: 'normal', color: 'var(--color-text-2)', fontFamily: 'var(--font-sans)' },
})

interface Options {
  readonly shape: TemplateShape
  readonly label: string
  readonly placeholder: string | undefined
  /** What stands below the field, as it is now: its hint, or its fault. */
  below(): { readonly text: string; readonly isFault: boolean }
  /** What can be read, as it is now. */
  variables(): readonly Variable[]
  onText(text: string): void
  /** Somebody writes or points in it; who passes by with Tab does not. */
  onUse(view: EditorView): void
}

export function templateExtensions({ shape, label, placeholder: words, below, variables, onText, onUse }: Options): Extension[] {
  return [
    history(),
    bracketMatching(),
    ...(shape === 'json' ? [json(), linter(jsonParseLinter()), lineNumbers()] : []),
    ...(shape === 'line' ? [oneLine] : [EditorView.lineWrapping]),
    ...(shape === 'expression' ? [] : [showChips]),
    ...(words === undefined ? [] : [placeholder(words)]),
    editorHues,
    autocompletion({ override: [(context) => complete(context, shape, variables())], icons: false }),
    // Tab moves on: whoever works by keyboard is not caught in here.
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocorrect: 'off', autocapitalize: 'off' }),
    EditorView.contentAttributes.of(() => describe(below())),
    EditorView.domEventHandlers({ mousedown: (_, view) => onUse(view) }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onText(update.state.doc.toString())
      if (update.transactions.some((one) => ['input', 'delete', 'select'].some((event) => one.isUserEvent(event)))) onUse(update.view)
    }),
    look,
    editorLook,
  ]
}

/** As attributes, because nothing in a shadow root can name what lies around it by its id. */
function describe({ text, isFault }: ReturnType<Options['below']>): Record<string, string> {
  return { 'aria-invalid': String(isFault), ...(text !== '' && { 'aria-description': text }) }
}

/** What is pasted or typed into a field of one line stays on it. */
const oneLine = EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction))

/** Where a slash begins a word it asks for a variable, and goes when one is taken. In an expression it divides. */
const ASKED = /(?<=^|[\s"])\/[\w.[\]']*$/

/** The variables that fit what was begun: between braces, after a slash, or anywhere in an expression. */
function complete(context: CompletionContext, shape: TemplateShape, variables: readonly Variable[]): CompletionResult | null {
  const asked = shape === 'expression' ? null : context.matchBefore(ASKED)
  if (asked !== null) return { from: asked.from + 1, options: inserted(shape, variables, asked.from), validFor: /^[\w.[\]']*$/ }
  const begun = context.matchBefore(shape === 'expression' ? /[\w.[\]]+$/ : /\{\{\s*[\w.[\]']*$/)
  if (begun === null) return context.explicit ? { from: context.pos, options: inserted(shape, variables) } : null
  const from = begun.from + (shape === 'expression' ? 0 : /^\{\{\s*/.exec(begun.text)![0].length)
  const closed = context.state
    .sliceDoc(context.pos, context.pos + 4)
    .trimStart()
    .startsWith('}}')
  const options = [...everyVariable(variables)].map(({ path, type, value }): Completion => ({
    label: path,
    detail: value === '' ? type : value.slice(0, 32),
    apply: shape === 'expression' || closed ? path : `${begun.text.endsWith('{{') ? ' ' : ''}${path} }}`,
  }))
  return { from, options, validFor: /^[\w.[\]']*$/ }
}

/** Asked for with Ctrl Space, where no reading was begun; or with what stands from `asked` to the cursor, in whose place it comes. */
function inserted(shape: TemplateShape, variables: readonly Variable[], asked?: number): Completion[] {
  return [...everyVariable(variables)].map(({ path, type, value }) => ({
    label: path,
    detail: value === '' ? type : value.slice(0, 32),
    apply: (view) => {
      if (asked !== undefined) view.dispatch({ changes: { from: asked, to: view.state.selection.main.head } })
      insertVariable(view, shape, path)
    },
  }))
}

/** Puts a variable where the cursor stands, in the braces and quotes that it needs there. */
export function insertVariable(view: EditorView, shape: TemplateShape, path: string): void {
  const { from, to } = view.state.selection.main
  const before = view.state.sliceDoc(0, from)
  const inBraces = before.lastIndexOf('{{') > before.lastIndexOf('}}')
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const inQuotes = (line.replaceAll('\\"', '').match(/"/g)?.length ?? 0) % 2 === 1
  const wrapped = shape === 'expression' || inBraces ? path : `{{ ${path} }}`
  const insert = shape === 'json' && !inBraces && !inQuotes ? `"${wrapped}"` : wrapped
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } })
  view.focus()
}
