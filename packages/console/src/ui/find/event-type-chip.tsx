import { joined, listOf } from '../../lib/search.ts'
import { FindChip } from './find-chip.tsx'

interface Props {
  readonly app: string
  /** As the address has them: comma-separated. */
  readonly value: string | undefined
  onChange(types: string | undefined): void
}

/** A filter by event types: each that is chosen is added to those before. */
export function EventTypeChip({ app, value, onChange }: Props) {
  const add = (type: string): string | undefined => joined([...new Set([...listOf(value), type])])
  return (
    <FindChip
      app={app}
      noun="event type"
      label="Event type"
      value={value}
      onChange={(type) => onChange(type === undefined ? undefined : add(type))}
    />
  )
}
