import { ChevronDown, ChevronRight, Search } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { Variable } from './variables.ts'

interface Props {
  readonly variables: readonly Variable[]
  /** How many samples there are. */
  readonly of: number
  onInsert(path: string): void
}

/** What can be read, with its values. Arrow keys walk and fold, Enter or a click inserts at the cursor. */
export function VariableTree({ variables, of, onInsert }: Props) {
  const [wanted, setWanted] = useState('')
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set(['headers', 'run']))
  const tree = useRef<HTMLUListElement>(null)
  const text = wanted.trim().toLowerCase()
  const rows = rowsOf(variables, text === '' ? folded : new Set(), 0).filter(
    ({ variable: { path, value } }) => text === '' || `${path} ${value}`.toLowerCase().includes(text),
  )
  const toggle = (path: string, fold: boolean): void => {
    const next = new Set(folded)
    if (fold) next.add(path)
    else next.delete(path)
    setFolded(next)
  }
  const move = (event: KeyboardEvent<HTMLLIElement>, row: Row, at: number): void => {
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]
    const { path, children } = row.variable
    const act = {
      ArrowDown: () => items[at + 1]?.focus(),
      ArrowUp: () => items[at - 1]?.focus(),
      ArrowRight: () => (row.folded ? toggle(path, false) : items[at + 1]?.focus()),
      ArrowLeft: () => (children.length > 0 && !row.folded ? toggle(path, true) : items[at - 1]?.focus()),
      Enter: () => onInsert(path),
    }[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <label className="m-3 flex h-control shrink-0 items-center gap-2 rounded-md border border-edge bg-surface px-2.5 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus">
        <Search aria-hidden className="size-3.5 text-text-3" />
        <input
          aria-label="Find a field"
          placeholder="Find a field"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className="h-full min-w-0 flex-1 bg-transparent outline-none"
        />
      </label>
      <ul ref={tree} role="tree" aria-label="Variables" className="min-h-0 flex-1 overflow-y-auto px-1 pb-3">
        {rows.map((row, at) => (
          <TreeItem
            key={row.variable.path}
            row={row}
            of={of}
            first={at === 0}
            onFold={toggle}
            onInsert={onInsert}
            onKey={(event) => move(event, row, at)}
          />
        ))}
      </ul>
      {rows.length === 0 && <p className="px-4 pb-4 text-text-2">No field has this name.</p>}
    </div>
  )
}

interface Row {
  readonly variable: Variable
  readonly depth: number
  readonly folded: boolean
}

function rowsOf(variables: readonly Variable[], folded: ReadonlySet<string>, depth: number): readonly Row[] {
  return variables.flatMap((variable) => {
    const isFolded = folded.has(variable.path)
    return [{ variable, depth, folded: isFolded }, ...(isFolded ? [] : rowsOf(variable.children, folded, depth + 1))]
  })
}

function TreeItem({
  row: { variable, depth, folded },
  of,
  first,
  onFold,
  onInsert,
  onKey,
}: {
  readonly row: Row
  readonly of: number
  readonly first: boolean
  onFold(path: string, fold: boolean): void
  onInsert(path: string): void
  onKey(event: KeyboardEvent<HTMLLIElement>): void
}) {
  const { path, name, type, value, seen, children } = variable
  const branch = children.length > 0
  const rare = seen > 0 && seen < of
  return (
    <li
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={branch ? !folded : undefined}
      aria-label={`${path}, ${type}${value === '' ? '' : `, ${value}`}${rare ? `, in ${seen} of ${of}` : ''}`}
      tabIndex={first ? 0 : -1}
      title={`Insert {{ ${path} }}`}
      onClick={() => onInsert(path)}
      onKeyDown={onKey}
      style={{ '--depth': depth } as Record<string, number>}
      className="flex min-h-7 cursor-pointer items-center gap-2 rounded-md pr-2 pl-[calc(var(--depth)*14px+4px)] hover:bg-hover"
    >
      <span
        aria-hidden
        className="grid size-5 shrink-0 place-items-center text-text-3"
        onClick={(event) => {
          if (!branch) return
          event.stopPropagation()
          onFold(path, !folded)
        }}
      >
        {branch && (folded ? <ChevronRight className="size-3.5" /> : <ChevronDown className="size-3.5" />)}
      </span>
      <span className="shrink-0 font-mono font-medium">{name}</span>
      <span className="shrink-0 text-xs text-text-2">{type}</span>
      {rare ? (
        <span className="ml-auto shrink-0 rounded-full bg-wait-tint px-2 text-xs font-medium text-wait-text">
          in {seen} of {of}
        </span>
      ) : (
        <span className="clip ml-auto font-mono text-xs text-text-2">{value}</span>
      )}
    </li>
  )
}
