import type { IssueOut } from '@posthorn/contract'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { listenersMeant } from '../request/listeners-meant.ts'
import { flowsMeant } from '../run/flows-meant.ts'
import { countRequests } from '../stats/request-stats.ts'
import { countRuns } from '../stats/run-stats.ts'
import { statsRange } from '../stats/stats-range.ts'
import { amount, issueOf, type Found } from './found.ts'

/** What is looked at of the last 24 hours, newest first. */
const ROWS_MAX = 20_000
/** A part of a listener's requests; less is what the internet brings. */
const WRONG_SIGNATURES_PART = 0.01
/** Reasons that mean that the secrets or the clocks of the two sides differ. */
const wrongSignature: ReadonlySet<string | null> = new Set([
  'signature_mismatch',
  'signature_malformed',
  'signature_missing',
  'timestamp_stale',
])

type Deps = Pick<ApiDeps, 'store' | 'clock'>

/** Listeners that refuse more than a few requests for their signature. */
export async function requestIssues(deps: Deps, application: ApplicationSnapshot): Promise<Found> {
  const now = deps.clock.now()
  const range = statsRange({ bucket: 'hour' }, now)
  const listeners = await listenersMeant(deps, application)
  const names = new Map(application.listeners.map(({ id, name }) => [id, name]))
  const { tallies, since } = await countRequests(deps, {
    ...{ listeners, range, rowsMax: ROWS_MAX },
    key: ({ listener_id, reason }) => `${listener_id}${wrongSignature.has(reason) ? WRONG : ''}`,
  })
  const groups = new Map(tallies.groups({ since, until: range.until }).map(({ key, all }) => [key, all]))
  const issues = listeners.flatMap((id): IssueOut[] => {
    const name = names.get(id)
    const wrong = groups.get(`${id}${WRONG}`)
    const all = (groups.get(id)?.count ?? 0) + (wrong?.count ?? 0)
    if (name === undefined || wrong === undefined || wrong.count <= all * WRONG_SIGNATURES_PART) return []
    const reason = `${amount(wrong.count, 'request')} of ${all.toLocaleString('en')} to ${name} had a signature that does not fit.`
    const nextStep = 'Compare the secret with the one of the sender, and the clocks of both. The requests tell which of the two it is.'
    const finding = { reason, nextStep, count: wrong.count, countOf: 'requests' } as const
    return [issueOf({ kind: 'wrong_signatures', target: { kind: 'listener', id, name }, ...finding, ...seen(wrong) }, now)]
  })
  return { issues, complete: since === range.since }
}

const WRONG = ' wrong'

/** Flows with runs that ended in `ko`. */
export async function runIssues(deps: Deps, application: ApplicationSnapshot): Promise<Found> {
  const now = deps.clock.now()
  const range = statsRange({ bucket: 'hour' }, now)
  const flows = await flowsMeant(deps, application)
  const names = new Map(application.flows.map(({ id, name }) => [id, name]))
  const key = ({ flow_id, status }: { readonly flow_id: string; readonly status: string }) => (status === 'ko' ? flow_id : null)
  const { tallies, since } = await countRuns(deps, { flows, range, key, rowsMax: ROWS_MAX })
  const issues = tallies.groups({ since, until: range.until }).flatMap(({ key: id, all }): IssueOut[] => {
    const name = id === null ? undefined : names.get(id)
    if (id === null || name === undefined) return []
    const reason = `${amount(all.count, 'run')} of ${name} ended in KO.`
    const nextStep = 'Look at the step that failed. Once it is mended, run them again: each keeps what started it.'
    const finding = { reason, nextStep, count: all.count, countOf: 'runs' } as const
    return [issueOf({ kind: 'runs_ko', target: { kind: 'flow', id, name }, ...finding, ...seen(all) }, now)]
  })
  return { issues, complete: since === range.since }
}

function seen({ oldest, newest }: { readonly oldest: number; readonly newest: number }) {
  return { first: oldest, last: newest }
}
