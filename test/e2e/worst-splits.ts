import type { Attack } from './worst-inputs.ts'

const EVENTS = 1000
const json = (value: unknown): string => JSON.stringify(value)

/** What a flow of such a listener does with each of the events. What it sends goes where nobody listens. */
const works: Readonly<Record<string, object>> = {
  'a note': { kind: 'set_meta', meta: { n: '{{ body.n }}' } },
  'an expression': { kind: 'transform', expression: '{ "n": body.n, "all": $sum(body.a) }' },
  'an event': { kind: 'emit_event', eventType: 'worst.split', payload: { n: '{{ body.n }}' } },
  'a send': { kind: 'send_webhook', url: 'http://127.0.0.1:4999/', event: 'worst' },
  'a failure': { kind: 'fail', message: 'No {{ body.n }}' },
}

/** Requests that bring as many events as they may, each with a run of its own. */
export function splitAttacks(app: string): Attack[] {
  const a = Array.from({ length: 20 }, (_, item) => item)
  const body = json(Array.from({ length: EVENTS }, (_, n) => ({ n, a })))
  const large = json(Array.from({ length: EVENTS }, (_, n) => ({ n, a, text: 'x'.repeat(900) })))
  return Object.entries(works).flatMap(([name, work], index) => {
    const uid = `split-${index}`
    const listener = { uid, name, suffix: `/${uid}`, auth: { kind: 'none' }, methods: ['POST'], split: { items: 'body' } }
    const flow = { uid, name, trigger: { kind: 'webhook', listener: uid }, steps: [{ id: 's', ...work }] }
    const request = { method: 'POST', path: `/in/${app}/${uid}`, taken: true, runs: true }
    return [
      { name: `a listener for ${name}`, method: 'PUT', path: `/app/${app}/listener/${uid}`, body: json(listener), taken: true },
      { name: `a flow of ${name}`, method: 'PUT', path: `/app/${app}/flow/${uid}`, body: json(flow), taken: true },
      { name: `publishing ${name}`, method: 'POST', path: `/app/${app}/flow/${uid}/publish`, taken: true },
      { name: `a thousand of ${name}`, ...request, body },
      { name: `a thousand of ${name} in a megabyte`, ...request, body: large },
      {
        name: `keys for ${name}`,
        method: 'PUT',
        path: `/app/${app}/listener/${uid}`,
        body: json({ ...listener, dedup: { key: 'item.n' } }),
        taken: true,
      },
      { name: `a thousand of ${name} with keys`, ...request, body },
      { name: `a thousand copies of ${name}`, ...request, body },
    ]
  })
}
