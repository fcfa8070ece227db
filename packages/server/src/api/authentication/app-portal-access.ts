import { portalCapabilities, type appPortalAccessIn, type authenticationOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError } from '#domain'
import { makeApplication } from '../application/make-application.ts'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { keyJson, newKey } from '../key/key-row.ts'
import { newPortalLink, portalUrl } from '../portal/portal-link.ts'
import type { Answer, Call } from '../route.ts'
import { portalKeyName } from './portal-key-name.ts'

/** As Svix's hosted portal has it. */
const EXPIRY_SECONDS = 7 * 24 * 3600

/** Makes a key for the people of an application, and a link that opens their portal with what the key may, once. */
export async function appPortalAccess(deps: ApiDeps, call: Call<typeof authenticationOperations.appPortalAccess>): Promise<Answer> {
  const { body, actor, ip } = call
  const name = call.params['app_id']!
  const application = (await deps.config.application(name)) ?? (await makeApplication(deps, { actor, ip, name }, body.application))
  if (!application) throw new AppError('not_found')
  const { row, text } = newKey(deps, {
    kind: 'portal',
    name: portalKeyName(body.sessionId),
    application: application.id,
    access: accessOf(body),
    featureFlags: [...new Set(body.featureFlags)],
    expiresAt: deps.clock.now() + (body.expiry ?? EXPIRY_SECONDS) * 1000,
  })
  const link = newPortalLink({ random: deps.random, now: deps.clock.now() }, row)
  await changeOrganisation(deps, call, async () => ({
    statements: [deps.store.statements.keys.insert(row), deps.store.statements.portal.insertLink(link.row)],
    application: application.id,
    action: 'key.created',
    target: row.id,
    after: keyJson(row),
    result: undefined,
  }))
  return { status: 200, body: { url: portalUrl(deps.settings.apiUrl, link.token), token: text } }
}

/** A key of ours reads, or reads and writes. What lies between is refused rather than rounded up. */
function accessOf({ readOnly, capabilities }: z.output<typeof appPortalAccessIn>): 'read' | 'write' {
  if (capabilities == null || portalCapabilities.every((one) => capabilities.includes(one))) return readOnly === true ? 'read' : 'write'
  if (capabilities.every((one) => one === 'ViewBase')) return 'read'
  const message = 'A key of Posthorn reads, or reads and writes: give ["ViewBase"], or leave the capabilities out for all of them.'
  throw new AppError('validation_error', { fields: [{ pointer: '/capabilities', code: 'unsupported_capabilities', message }] })
}
