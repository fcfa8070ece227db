import { endpointOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createEndpoint } from './create-endpoint.ts'
import { deleteEndpoint } from './delete-endpoint.ts'
import { getHeaders, patchHeaders, replaceHeaders } from './endpoint-headers.ts'
import { getEndpoint, listEndpoints } from './read-endpoints.ts'
import { getSigningSecret, listSigningSecrets } from './read-signing-secrets.ts'
import { recoverEndpoint, replayMissing } from './recover-endpoint.ts'
import { rotateSecret } from './rotate-secret.ts'
import { sendExample } from './send-example.ts'
import { testEndpoint } from './test-endpoint.ts'
import { patchEndpoint, replaceEndpoint } from './update-endpoint.ts'

/** Endpoints, in Svix's shapes with our fields beside them. */
export function endpointRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, endpointOperations, {
    list: listEndpoints,
    create: createEndpoint,
    get: getEndpoint,
    update: replaceEndpoint,
    patch: patchEndpoint,
    delete: deleteEndpoint,
    getSecret: getSigningSecret,
    listSecrets: listSigningSecrets,
    rotateSecret,
    test: testEndpoint,
    sendExample,
    recover: recoverEndpoint,
    replayMissing,
    getHeaders,
    updateHeaders: replaceHeaders,
    patchHeaders,
  })
}
