import { keptListener, type flowTestIn } from '@posthorn/contract'
import type { z } from 'zod'
import type { ApplicationSnapshot, StoredListener, StoredRequest } from '#store'
import { writtenListener } from '../listener/listener-row.ts'

type Simulated = NonNullable<z.output<typeof flowTestIn>['simulated']>

/** The request that a listener expects: its example, with what the caller says instead. As if it had been received. */
export function simulatedRequest(
  application: ApplicationSnapshot,
  listener: Readonly<StoredListener>,
  { id, now, simulated }: { id: string; now: number; simulated: Simulated },
): StoredRequest {
  const { expected, methods } = keptListener.parse({ ...writtenListener(listener), auth: { kind: 'none' } })
  const example = (rows: readonly { name: string; value?: string | undefined }[]) =>
    Object.fromEntries(rows.map(({ name, value }) => [name, value ?? '']))
  const body = simulated.body ?? expected.body
  const headers = { 'content-type': 'application/json', ...example(expected.headers), ...simulated.headers }
  const written = simulated.rawBody ?? (body === undefined ? undefined : JSON.stringify(body))
  const text = written === undefined ? null : Buffer.from(written)
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
    received_at: now,
    body_bytes: text?.length ?? 0,
    body: text,
    form: null,
    verified: null,
    origin: null,
  }
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
