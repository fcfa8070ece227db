import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { createContext, useContext, useEffect, useRef } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import type { Variable } from '../map/variables.ts'
import { insertVariable, templateExtensions } from './template-extensions.ts'
import type { TemplateInputProps } from './template-input.ts'

/** What all editors of a page share: the variables, and which editor a variable is put into. */
export interface Mapping {
  readonly variables: readonly Variable[]
  /** Of the editor that was written in last, or the first there is. */
  insert: ((path: string) => void) | undefined
}

export const MappingPlace = createContext<Mapping>({ variables: [], insert: undefined })

/** A templated field: what is read from data are chips; `{{`, or a slash that begins a word, opens the variables. */
export function TemplateEditor({ label, optional, hint, fault, placeholder, bare = false, shape, value, onText }: TemplateInputProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const mapping = useContext(MappingPlace)
  const latest = useRef({ mapping, onText, value, fault })
  latest.current = { mapping, onText, value, fault }
  const below = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // In a shadow root its styles are sheets of that root; in the page they would be inline styles, which the content policy refuses.
    const root = place.current!.shadowRoot ?? place.current!.attachShadow({ mode: 'open' })
    const take = (editor: EditorView): void => {
      latest.current.mapping.insert = (path) => insertVariable(editor, shape, path)
    }
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: templateExtensions({
          ...{ shape, label, placeholder },
          below: () => ({ text: below.current?.textContent ?? '', isFault: latest.current.fault !== undefined }),
          variables: () => latest.current.mapping.variables,
          onText: (text) => latest.current.onText(text),
          onUse: take,
        }),
      }),
    })
    if (shape !== 'line') editor.scrollDOM.tabIndex = 0
    view.current = editor
    if (latest.current.mapping.insert === undefined || shape === 'json') take(editor)
    return () => {
      editor.destroy()
      latest.current.mapping.insert = undefined
    }
  }, [shape, label, placeholder])
  // What undo and "Add a default" change comes in; what was typed here does not come back.
  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.hasFocus || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])
  // An update of nothing has the editor read again what stands below it.
  useEffect(() => view.current?.dispatch({}), [fault, hint])
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5">
      {!bare && (
        <div className="flex items-center gap-2 font-medium">
          {label}
          {optional === true && <span className="text-xs font-normal text-text-3">optional</span>}
        </div>
      )}
      <div ref={place} className={classNames('min-w-0', fault !== undefined && 'rounded-md outline-1 outline-fail-mark')} />
      {(fault ?? hint) !== undefined && (
        <div ref={below} className={classNames('text-xs', fault === undefined ? 'text-text-3' : 'text-fail-text')}>
          {fault ?? hint}
        </div>
      )}
    </div>
  )
}
