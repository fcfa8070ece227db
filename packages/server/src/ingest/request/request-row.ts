import { headerText, isAscii } from '#domain'
import type { NewRequest } from '#store'
import { firstHeader } from './headers.ts'
import type { Inbound } from './inbound.ts'
import { redactedHeaders, redactedQuery, type PlacesOfSecrets } from './redaction.ts'

/** What is kept of every request, whatever becomes of it. */
export function requestRow(inbound: Inbound, places: PlacesOfSecrets) {
  return {
    id: inbound.id,
    method: inbound.method,
    path: inbound.path,
    query: redactedQuery(inbound.query, places),
    headers: headersText(redactedHeaders(inbound.rawHeaders, places)),
    ip: inbound.caller.address,
    content_type: textOrNull(firstHeader(inbound.headers, 'content-type')),
    received_at: inbound.receivedAt,
  } satisfies Partial<NewRequest>
}

/** Milliseconds from its arrival to `now`. The clock may have been set back meanwhile; nothing takes less than no time. */
export function tookMs({ receivedAt }: Pick<Inbound, 'receivedAt'>, now: number): number {
  return Math.max(0, now - receivedAt)
}

/** The text of all is asked for once: hardly any request has a value that is not ASCII. */
function headersText(pairs: readonly (readonly [string, string])[]): string {
  const wire = JSON.stringify(pairs)
  return isAscii(wire) ? wire : JSON.stringify(pairs.map(([name, value]) => [name, headerText(value)]))
}

function textOrNull(wire: string | undefined): string | null {
  return wire === undefined ? null : headerText(wire)
}
