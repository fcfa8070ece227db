import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { counted } from '../../lib/amounts.ts'
import { classNames } from '../../lib/class-names.ts'
import { Checkbox } from '../../ui/field.tsx'
import { eventTypesQuery } from '../../lib/queries/catalogue-query.ts'

interface Props {
  readonly id: string
  /** Patterns and names; null: everything. */
  readonly chosen: readonly string[] | null
  onChange(chosen: readonly string[] | null): void
  readonly fault: string | undefined
}

interface Entry {
  readonly name: string
  readonly description: string
  /** The pattern that chooses it already. */
  readonly within: string | undefined
  readonly inGroup: boolean
}

/** Events as a searchable tree: `invoice.*` stands for all that begin so, also those to come. */
export function EventPicker({ id, chosen, onChange, fault }: Props) {
  const { app = '' } = useParams({ strict: false })
  const [wanted, setWanted] = useState('')
  const text = wanted.trim().toLowerCase()
  const { types, isWhole } = useTypes(app, text)
  const entries = entriesOf(types, { chosen: chosen ?? [], isWhole }).filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(text),
  )
  const toggle = (name: string, on: boolean): void => {
    const rest = (chosen ?? []).filter((one) => one !== name)
    onChange(on ? [...rest.filter((one) => !isWithin(one, name)), name] : rest)
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="float-left flex w-full items-center gap-2 pb-1.5 font-medium">
        Events
        <span className="text-xs font-normal text-text-3">
          {chosen === null ? 'all, also ones to come' : `${chosen.length} chosen${isWhole ? ` of ${types.length}` : ''}`}
        </span>
        <button
          type="button"
          className="ml-auto min-h-target text-xs font-medium text-accent-text hover:underline"
          onClick={() => onChange(chosen === null ? [] : null)}
        >
          {chosen === null ? 'Choose events' : 'Send me everything'}
        </button>
      </legend>
      {chosen !== null && (
        <div
          className={classNames(
            'clear-both overflow-hidden rounded-md border bg-surface',
            fault === undefined ? 'border-edge' : 'border-fail-mark',
          )}
        >
          <div className="flex h-control items-center gap-2 border-b border-line px-3 focus-within:outline-2 focus-within:-outline-offset-2 focus-within:outline-focus">
            <Search aria-hidden className="size-3.5 text-text-3" />
            <input
              id={id}
              aria-label="Find an event type"
              aria-invalid={fault !== undefined}
              placeholder="Find an event type"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              className="h-full min-w-0 flex-1 bg-transparent outline-none"
            />
          </div>
          <ul className="h-56 overflow-y-auto">
            {entries.map(({ name, description, within, inGroup }) => (
              <li
                key={name}
                className={classNames(
                  'flex items-center justify-between gap-3 border-b border-line px-3 py-1.5 last:border-b-0',
                  inGroup && 'pl-10',
                )}
              >
                <Checkbox
                  label={<span className="font-mono">{name}</span>}
                  checked={within !== undefined || chosen.includes(name)}
                  disabled={within !== undefined}
                  onChange={(on) => toggle(name, on)}
                />
                <span className="clip text-right text-xs text-text-3 max-desk:hidden">{description}</span>
              </li>
            ))}
            {entries.length === 0 && (
              <li className="px-3 py-3 text-text-2">
                {types.length === 0 && text === ''
                  ? 'No event types are described yet. Choose everything, or describe some under Event types.'
                  : 'No event type has this name.'}
              </li>
            )}
          </ul>
        </div>
      )}
      <div className={classNames('clear-both text-xs', fault === undefined ? 'text-text-3' : 'text-fail-text')}>{fault}</div>
    </fieldset>
  )
}

function isWithin(name: string, pattern: string): boolean {
  return pattern.endsWith('.*') && name !== pattern && name.startsWith(pattern.slice(0, -1))
}

/** All of them where one page holds them; else the first, or the first that hold what is typed. */
function useTypes(app: string, text: string) {
  const first = useQuery(eventTypesQuery(app, '')).data
  const found = useQuery({ ...eventTypesQuery(app, text), enabled: first !== undefined && !first.isWhole && text !== '' }).data
  if (first === undefined) return { types: [], isWhole: true }
  return first.isWhole || text === '' || found === undefined ? first : { types: found.types, isWhole: false }
}

/** Groups of two and more come with their pattern first. What was chosen and is not among the types shown begins. */
function entriesOf(
  types: readonly { readonly name: string; readonly description: string }[],
  { chosen, isWhole }: { readonly chosen: readonly string[]; readonly isWhole: boolean },
): readonly Entry[] {
  const groups = Map.groupBy(types, ({ name }) => (name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : name))
  const entries = [...groups].flatMap(([group, members]): readonly Entry[] => {
    const rows = members.map(({ name, description }) => ({
      name,
      description,
      within: chosen.find((pattern) => isWithin(name, pattern)),
      inGroup: members.length > 1,
    }))
    if (members.length === 1) return rows
    const description = isWhole ? `${counted(members.length, 'type')}, also ones to come` : 'all that begin so, also ones to come'
    return [{ name: `${group}.*`, description, within: undefined, inGroup: false }, ...rows]
  })
  const beside = chosen.filter((name) => !entries.some((entry) => entry.name === name))
  return [...beside.map((name) => ({ name, description: '', within: undefined, inGroup: false })), ...entries]
}
