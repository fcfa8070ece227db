import { Combobox } from '@base-ui/react/combobox'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { type ReactElement, useState } from 'react'
import { foundQuery, type Named, type Noun } from '../../lib/queries/names.ts'

const SHOWN_MAX = 50

interface Props {
  /** Absent: of the organisation. */
  readonly app?: string
  readonly noun: Noun
  /** The button that opens it. */
  readonly trigger: ReactElement
  onChoose(found: Named): void
}

/** Chooses one of what may be thousands: the server looks for what is typed, and the first of it is shown. */
export function Find({ app = '', noun, trigger, onChoose }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const { data, isPending, isPlaceholderData } = useQuery({ ...foundQuery(app, noun, text.trim(), SHOWN_MAX), enabled: isOpen })
  const label = `Find ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun} by name`
  return (
    <Combobox.Root
      items={data ?? []}
      filter={null}
      autoHighlight
      value={null}
      onValueChange={(found: Named | null) => found !== null && onChoose(found)}
      inputValue={text}
      onInputValueChange={setText}
      itemToStringLabel={({ label: name }: Named) => name}
      open={isOpen}
      onOpenChange={(next) => {
        setOpen(next)
        setText('')
      }}
    >
      <Combobox.Trigger render={trigger} />
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={6} className="z-[60] outline-none">
          <Combobox.Popup
            aria-label={label}
            className="w-[min(22rem,calc(100vw-2rem))] overflow-hidden rounded-lg border border-line-strong bg-raised shadow-2 outline-none"
          >
            <div className="flex h-control items-center gap-2 border-b border-line px-3">
              <Search aria-hidden className="size-3.5 text-text-3" />
              <Combobox.Input placeholder={label} aria-label={label} className="h-full min-w-0 flex-1 bg-transparent outline-none" />
            </div>
            <Combobox.Empty className="px-3 py-2 text-text-3 empty:hidden">
              {isPending || isPlaceholderData ? null : text === '' ? `There is no ${noun} yet.` : `No ${noun} has this name.`}
            </Combobox.Empty>
            <Combobox.List className="max-h-[min(420px,calc(var(--available-height)-3rem))] overflow-y-auto p-1 empty:hidden">
              {(found: Named) => (
                <Combobox.Item
                  key={found.id}
                  value={found}
                  className="flex min-h-control-sm cursor-default items-center rounded-md px-2 outline-none select-none data-highlighted:bg-hover"
                >
                  <span className="clip" title={found.label}>
                    {found.label}
                  </span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  )
}
