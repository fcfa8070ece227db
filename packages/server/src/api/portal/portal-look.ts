import { portalLook, type portalOperations, type PortalLook } from '@posthorn/contract'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'

export async function getLook({ store }: ApiDeps): Promise<Answer> {
  return { status: 200, body: lookOf(await store.queries.portal.look()) }
}

export async function putLook(deps: ApiDeps, call: Call<typeof portalOperations.putLook>): Promise<Answer> {
  const { store, clock } = deps
  await changeOrganisation(deps, call, async () => ({
    statements: [store.statements.portal.setLook(JSON.stringify(call.body), clock.now())],
    ...{ action: 'portal.look_set', target: 'portal', result: undefined },
    before: withoutLogo(lookOf(await store.queries.portal.look())),
    after: withoutLogo(call.body),
  }))
  return { status: 200, body: call.body }
}

function lookOf(text: string | undefined): PortalLook {
  return portalLook.parse(text === undefined ? {} : JSON.parse(text))
}

/** The audit log says that there is one. */
function withoutLogo({ logo, ...look }: PortalLook) {
  return { ...look, logo: logo !== null }
}
