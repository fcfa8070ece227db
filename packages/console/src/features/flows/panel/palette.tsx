import { Link } from '@tanstack/react-router'
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import { IconButton } from '../../../ui/button.tsx'
import type { PaletteEntry } from '../step/presentation.ts'
import type { Start } from '../step/starts.ts'
import { type PaletteOption, sections, usePaletteOptions } from './palette-options.ts'

interface Props {
  readonly app: string
  /** What the flow may begin with, while it is empty. */
  readonly starts: readonly Start[]
  onChoose(entry: PaletteEntry): void
  onStart(start: Start): void
  onClose(): void
}

/** Select System: every kind of step and every connection, by section and by search. Arrows and Enter choose. */
export function Palette({ app, starts, onChoose, onStart, onClose }: Props) {
  const [wanted, setWanted] = useState('')
  const [at, setAt] = useState(0)
  const [isBlank, setBlank] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const { options, systems } = usePaletteOptions(app, isBlank ? [] : starts, wanted)
  const chosen = options[Math.min(at, options.length - 1)]
  const look = (text: string): void => {
    setWanted(text)
    setAt(0)
  }
  const choose = ({ choice }: PaletteOption): void => {
    if ('entry' in choice) return onChoose(choice.entry)
    if (choice.start.steps.length > 0) return onStart(choice.start)
    setBlank(true)
    look('')
    search.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((Math.min(at, options.length - 1) + (event.key === 'ArrowDown' ? 1 : -1) + options.length) % Math.max(1, options.length))
    }
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault()
      choose(chosen)
    }
  }
  return (
    <aside
      aria-label="Select System"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      className="flex min-h-0 w-full flex-col border-line bg-surface desk:w-panel desk:shrink-0 desk:border-l"
    >
      <div className="flex flex-col gap-3 border-b border-line px-5 pt-4 pb-3">
        <div className="flex items-center justify-between">
          <h2 className="text-md">Select System</h2>
          <IconButton size="sm" label="Close the list of steps" onClick={onClose}>
            <X aria-hidden />
          </IconButton>
        </div>
        <label className="flex h-control items-center gap-2 rounded-md border border-edge bg-surface px-2.5 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus">
          <Search aria-hidden className="size-3.5 text-text-3" />
          <input
            ref={search}
            autoFocus
            role="combobox"
            aria-expanded
            aria-controls="palette-steps"
            aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.key}`}
            aria-label="Search steps"
            placeholder="Search steps, for example notify"
            value={wanted}
            onChange={(event) => look(event.target.value)}
            onKeyDown={onKeyDown}
            className="h-full min-w-0 flex-1 bg-transparent outline-none"
          />
        </label>
      </div>
      <div id="palette-steps" role="listbox" aria-label="Steps" className="min-h-0 flex-1 overflow-y-auto px-3 py-3">
        {sections.map((section) => {
          const within = options.filter((option) => option.section === section)
          return (
            within.length > 0 && (
              <div key={section} role="group" aria-label={section} className="pb-3">
                <div className="px-2 pb-1 text-xs font-medium text-text-3">{section}</div>
                {within.map((option) => (
                  <Entry key={option.key} option={option} on={option.key === chosen?.key} onChoose={choose} />
                ))}
              </div>
            )
          )
        })}
        {options.length === 0 && <p className="px-2 text-text-2">No step and no system has this name.</p>}
      </div>
      {systems !== undefined && (
        <p className="border-t border-line px-5 py-3 text-xs text-text-2">
          {systemsWords[systems]}{' '}
          <Link to="/a/$app/settings/connections" params={{ app }} className="font-medium text-accent-text hover:underline">
            Connections
          </Link>
        </p>
      )}
    </aside>
  )
}

const systemsWords = {
  none: 'No systems yet. What several steps call is added once, with its address:',
  more: 'More systems are found by their name. All of them:',
  unread: 'The systems could not be read. They stand under',
} as const

interface EntryProps {
  readonly option: PaletteOption
  readonly on: boolean
  onChoose(option: PaletteOption): void
}

function Entry({ option, on, onChoose }: EntryProps) {
  const { key, icon: Icon, label, about } = option
  const node = useRef<HTMLDivElement>(null)
  // What the arrows come to is seen, however long the list is.
  useEffect(() => {
    if (on) node.current?.scrollIntoView({ block: 'nearest' })
  }, [on])
  return (
    <div
      ref={node}
      id={`palette-${key}`}
      role="option"
      aria-selected={on}
      onClick={() => onChoose(option)}
      className={classNames('flex cursor-default items-center gap-3 rounded-md px-2 py-2', on ? 'bg-selected' : 'hover:bg-hover')}
    >
      <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-idle-tint text-text-2">
        <Icon className="size-4" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium break-words">{label}</span>
        <span className="block text-xs break-words text-text-2">{about}</span>
      </span>
      {on && (
        <kbd className="rounded-sm border border-line-strong bg-surface px-1.5 py-0.5 font-sans text-xs font-medium text-text-2">Enter</kbd>
      )}
    </div>
  )
}
