import { shapes, type Attack } from './worst-inputs.ts'

/** Values that a scan sees one by one, which are dearer there than lists and names. */
const numbers = (bytes: number): string => `[1e400,${'1,'.repeat(bytes / 2 - 20)}1]`
/** What comes on none of the calendar's days, and takes longest to find out. */
const NEVER = '0 0 8-31 * +1#1,2#1,3#1,4#1,5#1,6#1,0#1'
const BYTES = 1020 * 1024

const json = (value: unknown): string => JSON.stringify(value)

/** Entries as large as they may be; runs and tries that read one again and again, and their answers; schedules; requests handed in. */
export function entryAttacks(app: string): Attack[] {
  const documents = { names: shapes['names']!(BYTES), numbers: numbers(BYTES) }
  const load = (index: number) => ({ id: `load${index}`, kind: 'load_entry', entry: 'worst' })
  const steps = [{ id: 'save', kind: 'save_entry', key: 'worst', document: '{{ body }}' }, ...[1, 2, 3].map(load)]
  const events = Array.from({ length: 100 }, (_, index) => ({
    ...{ id: `e${index}`, kind: 'emit_event', eventType: 'worst.three' },
    payload: { all: Array.from({ length: 10 }, () => '{{ body }}') },
  }))
  const flow = (uid: string, trigger: object, all: readonly object[]) => json({ uid, name: uid, trigger, steps: all })
  const untimely = { kind: 'schedule', cron: NEVER, timeZone: 'America/New_York' }
  const path = `/app/${app}/flow/loads`
  return [
    { name: 'saving a flow that loads', method: 'PUT', path, body: flow('loads', { kind: 'job' }, steps), taken: true },
    { name: 'publishing a flow that loads', method: 'POST', path: `${path}/publish`, taken: true },
    ...Object.entries(documents).flatMap(([name, document]) => [
      { name: `an entry of ${name}`, method: 'POST', path: `/app/${app}/entry`, body: `{"document":${document}}`, taken: true },
      {
        ...{ name: `a run that keeps and loads ${name}, and its answer`, method: 'POST', path: `/app/${app}/run?wait=50`, taken: true },
        body: `{"flow":"loads","document":${document}}`,
      },
      { name: `trying to load ${name}`, method: 'POST', path: `${path}/test`, body: json({}), taken: true },
      {
        ...{ name: `a pasted request of ${name}`, method: 'POST', path: `/app/${app}/listener/worst/verify`, taken: true },
        body: json({ headers: { 'Content-Type': 'application/json' }, body: document.slice(0, 200_000) }),
      },
    ]),
    {
      ...{ name: 'an entry that says it is JSON', method: 'POST', path: `/app/${app}/entry` },
      body: json({ contentType: 'application/json', content: Buffer.from('['.repeat(180_000)).toString('base64') }),
    },
    { name: 'entries by a value', method: 'GET', path: `/app/${app}/entry?limit=250&value=1&path=${'a[]'.repeat(60)}` },
    {
      ...{ name: 'trying events', method: 'POST', path: `${path}/test`, taken: true },
      body: json({
        ...{ definition: JSON.parse(flow('loads', { kind: 'job' }, events)) as unknown },
        document: { a: Array.from({ length: 5000 }, () => 1) },
      }),
    },
    { name: 'a schedule of no day', method: 'PUT', path: `/app/${app}/flow/never`, body: flow('never', untimely, []), taken: true },
    { name: 'the times of no day', method: 'GET', path: `/schedule/times?cron=${encodeURIComponent(NEVER)}` },
    { name: 'publishing a schedule of no day', method: 'POST', path: `/app/${app}/flow/never/publish` },
  ]
}
