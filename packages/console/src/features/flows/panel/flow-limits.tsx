import { useEffect, useState } from 'react'
import { TextField } from '../../../ui/field.tsx'
import type { Definition } from '../model/definition.ts'

const CONCURRENCY_MAX = 1000
/** As the contract bounds it: a tenth of a second to a leap year. */
const TIMEOUT_MS = { min: 100, max: 31_622_400_000 } as const

type Limits = Pick<Definition, 'concurrency' | 'timeoutMs'>

/** How much of a flow may be under way, and for how long. */
export function FlowLimits({ limits, onChange }: { readonly limits: Limits; onChange(change: Limits): void }) {
  return (
    <>
      <NumberField
        label="Runs at the same time"
        placeholder="As many as come"
        value={limits.concurrency}
        fits={(value) => Number.isInteger(value) && value >= 1 && value <= CONCURRENCY_MAX}
        fault={`This is a whole number from 1 to ${CONCURRENCY_MAX}.`}
        hint="What comes beyond is accepted, waits as QUEUED, and begins in the order in which it came."
        onValue={(concurrency) => onChange({ ...limits, concurrency })}
      />
      <NumberField
        label="Time for a run, in seconds"
        placeholder="No limit"
        value={limits.timeoutMs === undefined ? undefined : limits.timeoutMs / 1000}
        fits={(value) => value * 1000 >= TIMEOUT_MS.min && value * 1000 <= TIMEOUT_MS.max}
        fault="This is 0.1 seconds to 366 days."
        hint="From when it was started, waiting included. What is not done by then ends KO, and the rescue steps run."
        onValue={(seconds) => onChange({ ...limits, timeoutMs: seconds === undefined ? undefined : Math.round(seconds * 1000) })}
      />
    </>
  )
}

interface Props {
  readonly label: string
  readonly placeholder: string
  readonly value: number | undefined
  fits(value: number): boolean
  readonly fault: string
  readonly hint: string
  onValue(value: number | undefined): void
}

/** What is typed stays in the field; what fits goes on. */
function NumberField({ value, fits, fault, onValue, ...rest }: Props) {
  const [text, setText] = useState(String(value ?? ''))
  const read = text.trim() === '' ? undefined : Number(text)
  const isFit = read === undefined || fits(read)
  // Undo and the other views change it too.
  useEffect(
    () => setText((before) => ((before.trim() === '' ? undefined : Number(before)) === value ? before : String(value ?? ''))),
    [value],
  )
  return (
    <TextField
      {...rest}
      optional
      inputMode="decimal"
      value={text}
      fault={isFit ? undefined : fault}
      onText={(next) => {
        setText(next)
        const number = next.trim() === '' ? undefined : Number(next)
        if (number === undefined || fits(number)) onValue(number)
      }}
    />
  )
}
