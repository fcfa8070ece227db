import { PosthornError } from '@posthorn/sdk'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { api } from '../../../lib/api.ts'
import { faultOf } from '../../../lib/field-faults.ts'
import { zonedTime } from '../../../lib/time.ts'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { wordsOf } from '../../../ui/states.tsx'
import type { Definition } from '../model/definition.ts'

export type Schedule = Extract<Definition['trigger'], { readonly kind: 'schedule' }>

const ZONES = Intl.supportedValuesOf('timeZone')
const SHOWN = 5
const SETTLED_MS = 300

const missed = [
  { value: 'once', label: 'Start one run for all of them' },
  { value: 'none', label: 'Leave them out' },
] as const

/** When a flow starts by itself: what is written, and which times the server makes of it. */
export function ScheduleFields({ schedule, onChange }: { readonly schedule: Schedule; onChange(schedule: Schedule): void }) {
  const zones = useId()
  const { cron, timeZone = '' } = useSettled(schedule)
  const times = useQuery({
    queryKey: ['schedule times', cron, timeZone],
    // With the zone that they are of: while others are asked for, these stay.
    queryFn: async () => {
      const { data } = await api.schedule.times({ cron, limit: SHOWN, ...(timeZone !== '' && { time_zone: timeZone }) })
      return data.map((at) => ({ at, words: zonedTime(Date.parse(at), timeZone === '' ? 'UTC' : timeZone) }))
    },
    enabled: cron !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const fault = times.error instanceof PosthornError ? times.error : undefined
  const cronFault = cron === '' ? 'Say when: a schedule has five fields.' : faultOf(fault, '?cron')
  return (
    <>
      <TextField
        label="Cron"
        mono
        value={schedule.cron}
        onText={(text) => onChange({ ...schedule, cron: text })}
        fault={cronFault}
        hint="Minute, hour, day of the month, month, day of the week: 0 6 * * * is every day at six."
      />
      <TextField
        label="Time zone"
        optional
        mono
        list={zones}
        placeholder="UTC"
        value={schedule.timeZone ?? ''}
        onText={(text) => onChange({ ...schedule, timeZone: text === '' ? undefined : text })}
        fault={faultOf(fault, '?time_zone')}
        hint="Such as Europe/Berlin. Its changes of the clocks are heeded."
      />
      <datalist id={zones}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <section aria-label="Next times" className="flex flex-col gap-1.5">
        <h3 className="text-sm font-medium">Next times, in {schedule.timeZone ?? 'UTC'}</h3>
        {times.data !== undefined && times.error === null && cronFault === undefined ? (
          <ol className="num flex flex-col gap-1 rounded-md border border-line bg-sunken px-3 py-2">
            {times.data.map(({ at, words }) => (
              <li key={at}>
                <time dateTime={at} title={at}>
                  {words}
                </time>
              </li>
            ))}
          </ol>
        ) : (
          <p className="text-text-3">{fault !== undefined && fault.fields.length === 0 ? wordsOf(fault).detail : 'None yet.'}</p>
        )}
      </section>
      <SelectField
        label="Times that were missed"
        options={missed}
        value={schedule.missed ?? 'once'}
        onValue={(value) => onChange({ ...schedule, missed: value === 'once' ? undefined : value })}
        hint="Those that passed while the server did not run."
      />
    </>
  )
}

/** What was written, once nobody types any more. */
function useSettled(schedule: Schedule): Schedule {
  const [settled, setSettled] = useState(schedule)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(schedule), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [schedule])
  return settled
}
