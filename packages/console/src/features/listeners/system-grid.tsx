import { Box, Search, Webhook } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { classNames } from '../../lib/class-names.ts'
import { SkeletonRows } from '../../ui/states.tsx'
import type { System } from './systems-query.ts'

interface Props {
  readonly systems: readonly System[]
  readonly chosen: string
  onChoose(name: string): void
}

/** Which system sends: searched, or looked through. Custom comes last, for any other. */
export function SystemGrid({ systems, chosen, onChoose }: Props) {
  const [wanted, setWanted] = useState('')
  const grid = useRef<HTMLDivElement>(null)
  // What the address chose may stand far down.
  useEffect(() => {
    // Newer browsers answer with a promise, which is no way to clean up.
    grid.current?.querySelector('[aria-checked=true]')?.scrollIntoView({ block: 'nearest' })
  }, [systems.length])
  const shown = systems.filter(
    ({ name, title, category }) => name !== 'custom' && `${name} ${title} ${category}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  )
  const about = systems.find(({ name }) => name === chosen)
  return (
    <div className="flex flex-col gap-3">
      <label className="flex h-control max-w-[300px] items-center gap-2 rounded-md border border-edge bg-surface px-2.5 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus">
        <Search aria-hidden className="size-3.5 text-text-3" />
        <input
          aria-label="Find a system"
          placeholder="Find a system"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className="h-full min-w-0 flex-1 bg-transparent outline-none"
        />
      </label>
      {systems.length === 0 ? (
        <div className="h-64">
          <SkeletonRows rows={6} />
        </div>
      ) : (
        <div
          ref={grid}
          role="radiogroup"
          aria-label="System"
          className="grid h-64 content-start grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-2 overflow-y-auto p-0.5"
        >
          {[...shown, { name: 'custom', title: 'Custom' }].map(({ name, title }) => (
            <SystemTile key={name} {...{ name, title }} isChosen={name === chosen} onChoose={() => onChoose(name)} />
          ))}
        </div>
      )}
      {/* Its line is there before the systems are known, so that nothing below it moves. */}
      {about?.notes.length !== 0 && <p className="text-text-2">{about?.notes.join(' ') ?? '\u00a0'}</p>}
    </div>
  )
}

interface TileProps {
  readonly name: string
  readonly title: string
  readonly isChosen: boolean
  onChoose(): void
}

function SystemTile({ name, title, isChosen, onChoose }: TileProps) {
  const Icon = name === 'custom' ? Box : Webhook
  return (
    <button
      type="button"
      role="radio"
      aria-checked={isChosen}
      onClick={onChoose}
      className={classNames(
        'flex h-11 items-center gap-2 rounded-md border px-2.5 text-left font-medium',
        isChosen ? 'border-accent-mark bg-selected' : 'border-line bg-surface hover:bg-hover',
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-text-2" />
      <span className="clip">{title}</span>
    </button>
  )
}
