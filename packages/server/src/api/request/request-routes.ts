import { requestOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { acceptRequest } from './accept-request.ts'
import { listRequests, searchEverywhere } from './list-requests.ts'
import { getBody, getRequest } from './read-request.ts'
import { replayRequests } from './replay-requests.ts'
import { replayRequest } from './replay-request.ts'
import { resendRequest } from './resend-request.ts'

/** What came in: every request as it was recorded, rejected ones with the reason. */
export function requestRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, requestOperations, {
    list: listRequests,
    search: searchEverywhere,
    get: getRequest,
    getBody,
    accept: acceptRequest,
    resend: resendRequest,
    replayAll: replayRequests,
    replay: replayRequest,
  })
}
