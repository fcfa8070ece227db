import type { endpointOperations } from '@posthorn/contract'
import { AppError, belonging, isCredentialHeader } from '#domain'
import type { Vault } from '#platform'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { checkEndpoint } from './endpoint-checks.ts'
import { updateEvents } from './endpoint-events.ts'
import { existingEndpoint, type EndpointCall } from './find-endpoint.ts'

type Headers = Readonly<Record<string, string>>

// An endpoint's own headers often are credentials, so they are sealed at rest, and the sensitive ones are not read back.

export async function getHeaders({ vault }: ApiDeps, { application, params }: Call<typeof endpointOperations.getHeaders>): Promise<Answer> {
  const entries = Object.entries(openHeaders(vault, existingEndpoint(application, params)))
  const headers = Object.fromEntries(entries.filter(([name]) => !isCredentialHeader(name)))
  return { status: 200, body: { headers, sensitive: entries.map(([name]) => name).filter(isCredentialHeader) } }
}

export async function replaceHeaders(deps: ApiDeps, call: Call<typeof endpointOperations.updateHeaders>): Promise<Answer> {
  await changeHeaders(deps, call, () => call.body.headers)
  return { status: 204 }
}

export async function patchHeaders(deps: ApiDeps, call: Call<typeof endpointOperations.patchHeaders>): Promise<Answer> {
  const removed = Object.fromEntries((call.body.deleteHeaders ?? []).map((name) => [name, null]))
  await changeHeaders(deps, call, (before) => patched(patched(before(), removed), call.body.headers))
  return { status: 204 }
}

function changeHeaders(deps: ApiDeps, call: EndpointCall, change: (before: () => Headers) => Headers): Promise<void> {
  const { vault, clock, store } = deps
  return changeApplication(deps, call, async (application): Promise<Change<void>> => {
    const endpoint = existingEndpoint(application, call.params)
    const headers = change(() => openHeaders(vault, endpoint))
    const asking = { ...deps, owner: application.id, actor: call.actor, standing: headersIfOpen(vault, endpoint) ?? {} }
    await checkEndpoint(asking, { headers }, application.plan)
    const values = { headers: sealHeaders(vault, endpoint.id, headers), updated_at: clock.now() }
    return {
      statements: [store.statements.endpoints.update(endpoint.id, values)],
      action: 'endpoint.headers_changed',
      target: endpoint.id,
      before: { headerNames: headerNames(vault, endpoint) },
      after: { headerNames: Object.keys(headers) },
      operational: updateEvents(endpoint, endpoint),
      result: undefined,
    }
  })
}

export function sealHeaders(vault: Vault, endpoint: string, headers: Headers | null | undefined): string | null {
  if (!headers || Object.keys(headers).length === 0) return null
  return vault.seal(JSON.stringify(headers), belonging.endpointHeaders(endpoint))
}

function openHeaders(vault: Vault, endpoint: { readonly id: string; readonly headers: string | null }): Headers {
  if (endpoint.headers === null) return {}
  const opened = vault.openText(endpoint.headers, belonging.endpointHeaders(endpoint.id))
  if (!opened.ok)
    throw new AppError('secret_unreadable', {
      detail: `The custom headers of ${endpoint.id} cannot be opened with this server's master key. Replace them (PUT), or have the operator start Posthorn with the right key.`,
    })
  return JSON.parse(opened.plain) as Headers
}

/** What cannot be opened can still be replaced, and then nobody need be warned. */
function headersIfOpen(vault: Vault, { id, headers }: { readonly id: string; readonly headers: string | null }): Headers | undefined {
  if (headers === null) return {}
  const opened = vault.textIfOpen(headers, belonging.endpointHeaders(id))
  return opened === undefined ? undefined : (JSON.parse(opened) as Headers)
}

/** For the audit log; null if they cannot be opened. */
export function headerNames(vault: Vault, endpoint: { readonly id: string; readonly headers: string | null }): readonly string[] | null {
  const headers = headersIfOpen(vault, endpoint)
  return headers === undefined ? null : Object.keys(headers)
}

/** Header names are the same in any case, so a patch of `X-KEY` replaces `x-key`. */
function patched(before: Headers, patch: Readonly<Record<string, string | null>>): Headers {
  const named = new Set(Object.keys(patch).map((name) => name.toLowerCase()))
  const kept = Object.entries(before).filter(([name]) => !named.has(name.toLowerCase()))
  const given = Object.entries(patch).filter((entry): entry is [string, string] => entry[1] !== null)
  return Object.fromEntries([...kept, ...given])
}
