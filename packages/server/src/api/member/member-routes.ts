import { memberOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { deleteMember, patchMember, resetMember } from './change-member.ts'
import { createMember } from './create-member.ts'
import { getMember, listMembers } from './read-members.ts'

/** The people of the organisation. */
export function memberRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, memberOperations, {
    ...{ list: listMembers, create: createMember, get: getMember },
    ...{ patch: patchMember, delete: deleteMember, reset: resetMember },
  })
}
