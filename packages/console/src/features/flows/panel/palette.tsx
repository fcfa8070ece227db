import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { classNames } from '../../../lib/class-names.ts'
import { IconButton } from '../../../ui/button.tsx'
import { useQuery } from '@tanstack/react-query'
import { stepIcon, stepKindsQuery } from '../../runs/step-kinds.ts'
import { type PaletteEntry, paletteEntries } from '../step/presentation.ts'

interface Props {
  onChoose(entry: PaletteEntry): void
  onClose(): void
}

const sections = ['Built-in Function', 'Notify', 'Data', 'Logic', 'Connect'] as const

/** Select System: every kind of step, by section and by search. Arrows and Enter choose. */
export function Palette({ onChoose, onClose }: Props) {
  const entries = paletteEntries(useQuery(stepKindsQuery).data ?? [])
  const [wanted, setWanted] = useState('')
  const [at, setAt] = useState(0)
  const shown = sections.flatMap((section) => entries.filter((look) => look.section === section && matches(look, wanted)))
  const chosen = shown[Math.min(at, shown.length - 1)]
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((Math.min(at, shown.length - 1) + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % Math.max(1, shown.length))
    }
    if (event.key === 'Enter' && chosen !== undefined) {
      event.preventDefault()
      onChoose(chosen)
    }
    if (event.key === 'Escape') onClose()
  }
  return (
    <aside
      aria-label="Select System"
      onKeyDown={onKeyDown}
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
            autoFocus
            role="combobox"
            aria-expanded
            aria-controls="palette-steps"
            aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.kind}`}
            aria-label="Search steps"
            placeholder="Search steps, for example notify"
            value={wanted}
            onChange={(event) => {
              setWanted(event.target.value)
              setAt(0)
            }}
            className="h-full min-w-0 flex-1 bg-transparent outline-none"
          />
        </label>
      </div>
      <div id="palette-steps" role="listbox" aria-label="Steps" className="min-h-0 flex-1 overflow-y-auto px-3 py-3">
        {sections.map((section) => {
          const looks = shown.filter((look) => look.section === section)
          return (
            looks.length > 0 && (
              <div key={section} role="group" aria-label={section} className="pb-3">
                <div className="px-2 pb-1 text-xs font-medium text-text-3">{section}</div>
                {looks.map((look) => (
                  <Entry key={look.kind} look={look} on={look.kind === chosen?.kind} onChoose={onChoose} />
                ))}
              </div>
            )
          )
        })}
        {shown.length === 0 && <p className="px-2 text-text-2">No step has this name.</p>}
      </div>
    </aside>
  )
}

function Entry({ look, on, onChoose }: { readonly look: PaletteEntry; readonly on: boolean; onChoose(entry: PaletteEntry): void }) {
  const Icon = stepIcon(look.kind)
  return (
    <div
      id={`palette-${look.kind}`}
      role="option"
      aria-selected={on}
      onClick={() => onChoose(look)}
      className={classNames('flex cursor-default items-center gap-3 rounded-md px-2 py-2', on ? 'bg-selected' : 'hover:bg-hover')}
    >
      <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-md bg-idle-tint text-text-2">
        <Icon className="size-4" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{look.label}</span>
        <span className="block text-xs text-text-2">{look.about}</span>
      </span>
      {on && (
        <kbd className="rounded-sm border border-line-strong bg-surface px-1.5 py-0.5 font-sans text-xs font-medium text-text-2">Enter</kbd>
      )}
    </div>
  )
}

function matches({ label, about, section }: PaletteEntry, wanted: string): boolean {
  return `${label} ${about} ${section}`.toLowerCase().includes(wanted.trim().toLowerCase())
}
