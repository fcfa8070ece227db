import { keptListener, type flowTestIn, type Listener } from '@posthorn/contract'
import type { z } from 'zod'
import { writeXml } from '#platform'
import type { ApplicationSnapshot, StoredListener, StoredRequest } from '#store'
import { writtenListener } from '../listener/listener-row.ts'

type Simulated = NonNullable<z.output<typeof flowTestIn>['simulated']>

/** The request that a listener expects: its example, with what the caller says instead. As if it had been received. */
export function simulatedRequest(
  application: ApplicationSnapshot,
  listener: Readonly<StoredListener>,
  { id, now, simulated }: { id: string; now: number; simulated: Simulated },
): StoredRequest {
  const { expected, methods, bodyFormat } = keptListener.parse({ ...writtenListener(listener), auth: { kind: 'none' } })
  const example = (rows: readonly { name: string; value?: string | undefined }[]) =>
    Object.fromEntries(rows.map(({ name, value }) => [name, value ?? '']))
  const body = simulated.body ?? expected.body
  const made = written(body, bodyFormat)
  const headers = { 'content-type': made.type, ...example(expected.headers), ...simulated.headers }
  const text = simulated.rawBody === undefined ? made.text : Buffer.from(simulated.rawBody)
  return {
    id,
    application_id: application.id,
    listener_id: listener.id,
    status: 'accepted',
    reason: null,
    detail: null,
    method: simulated.method ?? methods[0] ?? 'POST',
    path: `/in/${application.uid ?? application.id}${filled(listener.suffix, simulated.params ?? {})}`,
    query: new URLSearchParams(pairsOf({ ...example(expected.query), ...simulated.query })).toString(),
    headers: JSON.stringify(pairsOf(headers)),
    ip: '192.0.2.1',
    content_type: contentTypeOf(headers),
    event_type: null,
    dedup_key: null,
    duplicate_of: null,
    run_ids: '[]',
    reply_status: null,
    took_ms: null,
    received_at: now,
    body_bytes: text?.length ?? 0,
    body: text,
    form: null,
    verified: null,
    origin: null,
  }
}

/** As a sender of the listener's format writes it: what no document can be made of is sent as JSON, as before. */
function written(body: unknown, format: Listener['bodyFormat']): { readonly type: string; readonly text: Buffer | null } {
  const json = 'application/json'
  if (body === undefined) return { type: json, text: null }
  if (format === 'text' && typeof body === 'string') return { type: 'text/plain', text: Buffer.from(body) }
  const document = format === 'xml' ? writeXml(body) : undefined
  if (document !== undefined) return { type: 'application/xml', text: Buffer.from(document) }
  return { type: json, text: Buffer.from(JSON.stringify(body)) }
}

/** `/orders/:id` -> `/orders/7`; a parameter that nobody gives is its own name. */
function filled(suffix: string, params: Readonly<Record<string, string>>): string {
  return suffix.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? name))
}

/** The last word is the caller's. */
function contentTypeOf(headers: Readonly<Record<string, string | readonly string[]>>): string | null {
  const given = Object.entries(headers).findLast(([name]) => name.toLowerCase() === 'content-type')
  return [given?.[1]].flat()[0] ?? null
}

function pairsOf(values: Readonly<Record<string, string | readonly string[]>>): [string, string][] {
  return Object.entries(values).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))
}
