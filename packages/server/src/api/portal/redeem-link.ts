import type { portalOperations } from '@posthorn/contract'
import { AppError, type ApplicationId, type KeyId } from '#domain'
import { openedName } from '../authentication/portal-key-name.ts'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { featureFlagsOf, keyJson, newKey } from '../key/key-row.ts'
import type { Answer, Call } from '../route.ts'
import { portalLinkDigest } from './portal-link.ts'

/**
 * Exchanges a link for a key of its own, which ends with the key that the link stands for. The page keeps it in memory and sends it as any
 * program does: no cookie, so no other page can have it sent, and who is signed in to the console in the same browser stays apart.
 */
export async function redeemLink(deps: ApiDeps, { body, ip }: Call<typeof portalOperations.redeemLink>): Promise<Answer> {
  const { statements } = deps.store
  const { parent } = await openLink(deps, body.token)
  const { row, text } = newKey(deps, {
    ...{ kind: 'portal', name: openedName(parent.name), application: parent.application_id as ApplicationId, parent: parent.id as KeyId },
    ...{ access: parent.access === 'read' ? 'read' : 'write', featureFlags: featureFlagsOf(parent) ?? [], expiresAt: parent.expires_at },
  })
  await changeOrganisation(deps, { actor: { id: parent.id as KeyId }, ip }, async () => {
    // Of two who open one at once, the other may have been faster.
    const { link } = await openLink(deps, body.token)
    return {
      statements: [statements.portal.useLink(link.hash, deps.clock.now()), statements.keys.insert(row)],
      ...{ application: parent.application_id as ApplicationId, action: 'portal.opened', target: row.id },
      ...{ after: keyJson(row), result: undefined },
    }
  })
  return {
    status: 201,
    body: { token: text, expiresAt: new Date(row.expires_at!).toISOString() },
    headers: { 'cache-control': 'no-store' },
  }
}

/** What was used, is over, was revoked or never was is refused alike. */
async function openLink({ store, clock }: ApiDeps, token: string) {
  const link = await store.queries.portal.link(portalLinkDigest(token))
  const parent = link && (await store.queries.keys.find(link.key_id))
  const now = clock.now()
  const isOpen = link !== undefined && link.used_at === null && link.expires_at > now
  if (!isOpen || !parent || parent.revoked_at !== null || (parent.expires_at ?? Infinity) <= now) throw new AppError('link_used_up')
  return { link, parent }
}
