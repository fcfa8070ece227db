import { X } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { counted } from '../../lib/amounts.ts'
import type { Selection } from './selection.ts'
import { isTyping } from '../../lib/typing.ts'
import { IconButton } from '../button.tsx'

interface Props {
  readonly selection: Selection
  readonly one: string
  readonly many: string
  /** What can be done with them. */
  readonly children: ReactNode
}

/** Below a list, while rows of it are selected: how many, and what can be done with them. Escape lets them go. */
export function BulkBar({ selection, one, many, children }: Props) {
  const { ids, clear } = selection
  const isOn = ids.size > 0
  useEffect(() => {
    if (!isOn) return undefined
    const onKeyDown = (event: KeyboardEvent): void => {
      // A field, a menu or a dialog has an Escape of its own; so has a panel, which keeps it to itself.
      if (event.key === 'Escape' && !event.defaultPrevented && !isTyping(event)) clear()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [isOn, clear])
  if (!isOn) return null
  return (
    <section
      aria-label={`Selected ${many}`}
      className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line bg-raised px-4 py-2 shadow-2"
    >
      <div className="flex flex-1 items-center gap-1">
        <IconButton size="sm" label="Clear the selection" onClick={clear}>
          <X aria-hidden />
        </IconButton>
        <span className="num font-medium whitespace-nowrap">{counted(ids.size, one, many)} selected</span>
      </div>
      <div className="flex gap-2">{children}</div>
    </section>
  )
}
