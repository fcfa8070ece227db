import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { classNames } from '../lib/class-names.ts'
import { useStrip } from './strip/use-strip.ts'

const look = (on: boolean): string =>
  classNames(
    '-mb-px inline-flex h-9 min-h-target items-center gap-1.5 border-b-2 font-medium whitespace-nowrap',
    on ? 'border-accent-mark text-text' : 'border-unmarked text-text-2 hover:text-text',
  )

export interface TabOf<Name extends string> {
  readonly name: Name
  readonly label: string
  /** A count, a code: quiet, beside the label. */
  readonly note?: ReactNode
}

const Note = ({ children }: { readonly children: ReactNode }) => <span className="num font-normal text-text-3">{children}</span>

/** Tabs of a page stand in its address, so they are links. */
export function LinkTabs<Name extends string>({
  tabs,
  current,
  linkTo,
  label,
}: {
  readonly tabs: readonly TabOf<Name>[]
  readonly current: Name
  linkTo(name: Name): LinkProps
  readonly label: string
}) {
  return (
    <nav ref={useStrip(current)} aria-label={label} className="strip flex gap-5 border-b border-line">
      {tabs.map(({ name, label: text, note }) => (
        <Link key={name} {...linkTo(name)} aria-current={name === current ? 'page' : undefined} className={look(name === current)}>
          {text}
          {note !== undefined && <Note>{note}</Note>}
        </Link>
      ))}
    </nav>
  )
}

/** Tabs inside a panel. Arrow keys move, as the pattern of tab lists has it. */
export function Tabs<Name extends string>({
  tabs,
  current,
  onChange,
  label,
}: {
  readonly tabs: readonly TabOf<Name>[]
  readonly current: Name
  onChange(name: Name): void
  readonly label: string
}) {
  const move = (by: number): void => {
    const at = tabs.findIndex(({ name }) => name === current)
    const next = tabs[(at + by + tabs.length) % tabs.length]
    if (next === undefined) return
    onChange(next.name)
    document.getElementById(tabId(label, next.name))?.focus()
  }
  return (
    <div
      ref={useStrip(current)}
      role="tablist"
      aria-label={label}
      className="strip flex gap-5 border-b border-line"
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') move(1)
        if (event.key === 'ArrowLeft') move(-1)
      }}
    >
      {tabs.map(({ name, label: text, note }) => (
        <button
          key={name}
          id={tabId(label, name)}
          type="button"
          role="tab"
          aria-selected={name === current}
          tabIndex={name === current ? 0 : -1}
          onClick={() => onChange(name)}
          className={look(name === current)}
        >
          {text}
          {note !== undefined && <Note>{note}</Note>}
        </button>
      ))}
    </div>
  )
}

const tabId = (label: string, name: string): string => `tab-${label}-${name}`.replaceAll(' ', '-').toLowerCase()

/** A choice of a few that all stand side by side: Pretty, Raw, Hex. */
export function Segmented<Value extends string>({
  options,
  value,
  onChange,
  label,
}: {
  /** `key` presses it. */
  readonly options: readonly { readonly value: NoInfer<Value>; readonly label: ReactNode; readonly key?: string }[]
  /** Undefined: none of them. */
  readonly value: Value | undefined
  onChange(value: Value): void
  readonly label: string
}) {
  return (
    <div
      role="group"
      aria-label={label}
      className="inline-flex max-w-full flex-wrap gap-px rounded-md bg-sunken p-0.5 shadow-[inset_0_0_0_1px_var(--color-line)]"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          data-key={option.key}
          onClick={() => onChange(option.value)}
          className={classNames(
            'inline-flex h-[calc(var(--control-sm)-2px)] min-h-target min-w-6 items-center gap-1.5 rounded-sm px-2.5 font-medium whitespace-nowrap',
            option.value === value ? 'bg-raised text-text shadow-[0_0_0_1px_var(--color-line-strong)]' : 'text-text-2 hover:text-text',
          )}
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}
