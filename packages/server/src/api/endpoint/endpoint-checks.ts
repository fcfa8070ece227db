import { AppError, headersOf, plans, signingProfiles, type FieldFault, type Plan } from '#domain'
import { failures, headerFault, type Egress } from '#platform'
import type { Store } from '#store'

/** What the contract cannot know: that the URL may be called, that event types exist, that headers can be sent, what the plan allows. */
export async function checkEndpoint(
  { store, egress }: { store: Pick<Store, 'db'>; egress: Pick<Egress, 'vet'> },
  fields: {
    url?: string | undefined
    eventTypes?: readonly string[] | null | undefined
    headers?: Readonly<Record<string, string>> | undefined
    timeoutMs?: number | null | undefined
  },
  plan: Plan,
): Promise<void> {
  const faults: FieldFault[] = [...urlFaults(egress, fields.url), ...headerFaults(fields.headers ?? {})]
  if (fields.timeoutMs && fields.timeoutMs > plan.timeoutMsMax) {
    faults.push({ pointer: '/timeoutMs', code: 'plan_limit', message: `The plan ${plan.name} allows at most ${plan.timeoutMsMax} ms.` })
  }
  faults.push(...(await eventTypeFaults(store, fields.eventTypes)))
  if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
}

function urlFaults(egress: Pick<Egress, 'vet'>, url: string | undefined): FieldFault[] {
  if (url === undefined) return []
  const vetted = egress.vet(url)
  return vetted.ok ? [] : [{ pointer: '/url', code: vetted.code, message: `${vetted.reason} ${failures[vetted.code].nextStep}` }]
}

/** Names that signing sets; a custom header must not stand in for a signature. */
const signatureHeaders = new Set(
  signingProfiles.flatMap((profile) => Object.values(headersOf(profile)).map((name: string) => name.toLowerCase())),
)

export function headerFaults(headers: Readonly<Record<string, string>>): FieldFault[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const pointer = `/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const message = signatureHeaders.has(name.toLowerCase()) ? `The header ${name} is set by signing.` : headerFault(name, value)
    return message === undefined ? [] : [{ pointer, code: 'bad_header', message }]
  })
}

async function eventTypeFaults({ db }: Pick<Store, 'db'>, eventTypes: readonly string[] | null | undefined): Promise<FieldFault[]> {
  const literal = (eventTypes ?? []).filter((name) => !name.endsWith('*'))
  if (literal.length === 0) return []
  const known = new Set((await db.selectFrom('event_type').select('name').where('name', 'in', literal).execute()).map((row) => row.name))
  const unknown = literal.filter((name) => !known.has(name))
  if (unknown.length === 0) return []
  return [
    {
      pointer: '/eventTypes',
      code: 'unknown_event_type',
      message: `The following event types don't exist: ${unknown.join(', ')}. Create them first, or use a pattern such as "invoice.*".`,
    },
  ]
}

export function planOf(name: string): Plan {
  return plans[name as keyof typeof plans] ?? plans.unlimited
}
