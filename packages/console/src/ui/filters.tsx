import { ChevronDown, Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { classNames } from '../lib/class-names.ts'
import { rangeOf } from '../lib/range-search.ts'
import { duration } from '../lib/time.ts'
import { visible } from '../lib/visible.ts'
import { stretchWords, type TimeRange, timeRanges, type TimeSearch } from '../lib/time-range.ts'
import { Button } from './button.tsx'
import { Menu, MenuCheck, MenuItem } from './menu.tsx'

export const chip = (on: boolean): string =>
  classNames(
    'inline-flex h-control-sm items-center gap-1.5 rounded-full border px-2.5 whitespace-nowrap [&_svg]:size-3.5',
    on ? 'border-accent-mark bg-accent-tint text-text' : 'border-line-strong bg-surface text-text-2 hover:bg-hover',
  )

export interface Option {
  readonly value: string
  readonly label: ReactNode
}

/** One or several values of a field; set, it is tinted and can be taken off. */
export function FilterChip({
  label,
  options,
  values,
  onChange,
}: {
  readonly label: string
  readonly options: readonly Option[]
  readonly values: readonly string[]
  onChange(values: readonly string[]): void
}) {
  const on = values.length > 0
  const names = values.map((value) => options.find((option) => option.value === value)?.label ?? value)
  return (
    <span className="inline-flex max-w-full min-w-0">
      <Menu
        align="start"
        trigger={
          <button type="button" data-filter-chip className={classNames(chip(on), 'min-w-0', on && 'rounded-r-none border-r-0 pr-1.5')}>
            {on ? (
              <span className="clip">
                {label}: {names.length === 1 ? names[0] : `${names.length} chosen`}
              </span>
            ) : (
              label
            )}
            {!on && <ChevronDown aria-hidden />}
          </button>
        }
      >
        {options.map(({ value, label: name }) => (
          <MenuCheck
            key={value}
            checked={values.includes(value)}
            onChange={(checked) => onChange(checked ? [...values, value] : values.filter((one) => one !== value))}
          >
            {name}
          </MenuCheck>
        ))}
        {options.length === 0 && <div className="px-2 py-1.5 text-text-3">Nothing to choose from yet.</div>}
      </Menu>
      {on && <RemoveFilter label={label} onRemove={() => onChange([])} />}
    </span>
  )
}

/** The right end of a chip that is set. */
export function RemoveFilter({ label, onRemove }: { readonly label: string; onRemove(): void }) {
  return (
    <button
      type="button"
      aria-label={`Remove the filter ${label}`}
      className={classNames(chip(true), 'shrink-0 rounded-l-none border-l-0 px-2')}
      onClick={onRemove}
    >
      <X aria-hidden />
    </button>
  )
}

/** A filter that no menu offers, and that a link or a view brought: whoever sees the list sees by what it is narrowed. */
export function GivenChip({ label, value, onRemove }: { readonly label: string; readonly value: string | undefined; onRemove(): void }) {
  if (value === undefined) return null
  return (
    <span className="inline-flex max-w-full min-w-0">
      <span className={classNames(chip(true), 'min-w-0 rounded-r-none border-r-0 pr-1.5')}>
        <span className="clip" title={value}>
          {label}: {visible(value)}
        </span>
      </span>
      <RemoveFilter label={label} onRemove={onRemove} />
    </span>
  )
}

/** A choice of one, which always has a value: the time range. */
export function ChoiceChip({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string
  readonly options: readonly Option[]
  readonly value: string
  onChange(value: string): void
}) {
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" data-filter-chip aria-label={label} className={chip(true)}>
          {options.find((option) => option.value === value)?.label ?? value}
          <ChevronDown aria-hidden />
        </button>
      }
    >
      {options.map((option) => (
        <MenuItem key={option.value} onSelect={() => onChange(option.value)}>
          {option.label}
        </MenuItem>
      ))}
    </Menu>
  )
}

interface TimeRangeProps {
  readonly search: TimeSearch
  onChange(change: { readonly range: TimeRange | undefined; readonly after: undefined; readonly before: undefined }): void
}

/** What time a log shows. A stretch that was chosen in a chart is none of the ranges, and is left by choosing one. */
export function TimeRangeChip({ search, onChange }: TimeRangeProps) {
  const stretch = stretchWords(search)
  return (
    <ChoiceChip
      label="Time range"
      options={stretch === undefined ? timeRanges : [{ value: 'chosen', label: stretch }, ...timeRanges]}
      value={stretch === undefined ? (search.range ?? '24h') : 'chosen'}
      onChange={(range) => {
        if (range !== 'chosen') onChange({ range: range === '24h' ? undefined : rangeOf(range), after: undefined, before: undefined })
      }}
    />
  )
}

/** For a list in which nothing is of its time: there may be something from before. */
export function AnyTime({ search, onChange }: TimeRangeProps) {
  if (search.range === 'all') return null
  return <Button onClick={() => onChange({ range: 'all', after: undefined, before: undefined })}>Look at all time</Button>
}

const TOOK_MS = [1000, 5000, 30_000, 300_000, 3_600_000]

/** By how long it took at least; the address may say another time than the menu offers. */
export function TookChip({ value, onChange }: { readonly value: number | undefined; onChange(value: number | undefined): void }) {
  const times = value === undefined || TOOK_MS.includes(value) ? TOOK_MS : [value, ...TOOK_MS]
  return (
    <FilterChip
      label="Took"
      options={times.map((ms) => ({ value: String(ms), label: `${duration(ms)} or longer` }))}
      values={value === undefined ? [] : [String(value)]}
      onChange={(values) => onChange(values.length === 0 ? undefined : Number(values.at(-1)))}
    />
  )
}

/** What is typed goes into the address a moment later, so that each letter is not a search. */
export function SearchBox({
  value,
  onChange,
  placeholder,
}: {
  readonly value: string
  onChange(value: string): void
  readonly placeholder: string
}) {
  const [text, setText] = useState(value)
  const asked = useRef(value)
  useEffect(() => {
    if (value !== asked.current) setText(value)
    asked.current = value
  }, [value])
  useEffect(() => {
    if (text === asked.current) return
    const timer = setTimeout(() => {
      asked.current = text
      onChange(text)
    }, 250)
    return () => clearTimeout(timer)
  }, [text, onChange])
  return (
    <span className="flex h-control w-full max-w-[300px] min-w-44 max-desk:max-w-none shrink-0 items-center gap-2 rounded-md border border-edge bg-surface px-2.5 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus">
      <Search aria-hidden className="size-3.5 shrink-0 text-text-3" />
      <input
        type="search"
        data-search-box
        aria-label={placeholder}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-full min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:appearance-none"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          className="grid size-target shrink-0 place-items-center text-text-3"
          onClick={() => setText('')}
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </span>
  )
}
