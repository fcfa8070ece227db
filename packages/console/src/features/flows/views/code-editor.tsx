import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { bracketMatching, foldGutter } from '@codemirror/language'
import { lintGutter, linter } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { parsedJson } from '../../../lib/parsed-json.ts'
import type { Builder } from '../builder.ts'
import { editorHues, editorLook } from '../editor/editor-look.ts'
import type { Definition } from '../model/definition.ts'

/** The draft as JSON. What can be read is the draft; what cannot, stays in the editor until it can. */
export function CodeEditor({ builder }: { readonly builder: Builder }) {
  const place = useRef<HTMLDivElement>(null)
  const shown = useRef<Definition>(builder.draft.definition)
  const view = useRef<EditorView>(null)
  const edit = useRef(builder.draft.edit)
  edit.current = builder.draft.edit
  useEffect(() => {
    // In a shadow root its styles are sheets of that root; in the page they would be inline styles, which the content policy refuses.
    const root = place.current!.shadowRoot ?? place.current!.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: textOf(shown.current),
        extensions: [...extensions(onText), EditorState.readOnly.of(!builder.draft.may)],
      }),
    })
    // It scrolls, so whoever works by keyboard must be able to reach it.
    editor.scrollDOM.tabIndex = 0
    view.current = editor
    return () => editor.destroy()

    function onText(text: string): void {
      const read = parsedJson(text)
      if (!read.ok || !isDefinition(read.value)) return
      shown.current = read.value
      edit.current(() => read.value as Definition)
    }
  }, [])
  // What changed elsewhere, by undo or by another view, comes in; what was typed here does not come back.
  useEffect(() => {
    const editor = view.current
    if (editor === null || shown.current === builder.draft.definition) return
    shown.current = builder.draft.definition
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: textOf(builder.draft.definition) } })
  }, [builder.draft.definition])
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div ref={place} className="min-h-0 flex-1 overflow-hidden" />
      {builder.faults.length > 0 && (
        <ul aria-label="Faults" className="max-h-40 shrink-0 overflow-y-auto border-t border-line bg-surface px-gutter py-2">
          {builder.faults.map((fault) => (
            <li key={`${fault.pointer} ${fault.code}`} className="py-0.5">
              <code className="font-mono text-text-3">{fault.pointer}</code> <span className="text-fail-text">{fault.message}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const textOf = (definition: Definition): string => JSON.stringify(definition, null, 2)

function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && Array.isArray((value as { readonly steps?: unknown }).steps) && 'trigger' in value
}

function extensions(onText: (text: string) => void) {
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    bracketMatching(),
    json(),
    linter(jsonParseLinter()),
    lintGutter(),
    editorHues,
    // Tab moves on, as everywhere else on the page: whoever works by keyboard is not caught in here.
    keymap.of([...defaultKeymap, ...historyKeymap]),
    EditorView.contentAttributes.of({ 'aria-label': 'The flow as JSON' }),
    EditorView.updateListener.of((update) => update.docChanged && onText(update.state.doc.toString())),
    editorLook,
    EditorView.theme({ '&': { height: '100%' } }),
  ]
}
