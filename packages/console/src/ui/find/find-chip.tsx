import { ChevronDown } from 'lucide-react'
import { useNames, type Noun } from '../../lib/queries/names.ts'
import { classNames } from '../../lib/class-names.ts'
import { chip, RemoveFilter } from '../filters.tsx'
import { Find } from './find.tsx'

interface Props {
  readonly app: string
  readonly noun: Noun
  readonly label: string
  /** The id or uid that the list is narrowed to. */
  readonly value: string | undefined
  onChange(id: string | undefined): void
}

/** A filter by one of what may be thousands. */
export function FindChip({ app, noun, label, value, onChange }: Props) {
  const name = useNames(app, noun, [value]).get(value ?? '')
  const on = value !== undefined
  return (
    <span className="inline-flex max-w-full min-w-0">
      <Find
        app={app}
        noun={noun}
        onChoose={({ id }) => onChange(id)}
        trigger={
          <button
            type="button"
            data-filter-chip
            aria-label={label}
            className={classNames(chip(on), 'min-w-0', on && 'rounded-r-none border-r-0 pr-1.5')}
          >
            <span className="clip">{on ? `${label}: ${name ?? value}` : label}</span>
            {!on && <ChevronDown aria-hidden />}
          </button>
        }
      />
      {on && <RemoveFilter label={label} onRemove={() => onChange(undefined)} />}
    </span>
  )
}
