import { operations } from '@posthorn/contract'
import { describe, expect, test } from 'vitest'
import { svixOperations } from '../support/svix-openapi.ts'

/** Operations of Svix that Posthorn does not have yet. */
const notBuilt = ['POST /api/v1/auth/app-portal-access/{app_id}', 'POST /api/v1/auth/logout']

describe('of Svix’s 43 operations', () => {
  test('each is here, under the same name, method and path, or stands on the list of those not built', () => {
    expect(svixOperations).toHaveLength(43)
    const ours = new Map(operations.map(({ id, method, path }) => [`${method} ${path}`, id]))
    // What answers GET answers HEAD.
    const missing = svixOperations.filter(({ method, path }) => !ours.has(`${method === 'HEAD' ? 'GET' : method} ${path}`))
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual(notBuilt)
    const named = svixOperations.filter(
      ({ id, method, path }) => method !== 'HEAD' && id.startsWith('v1.') && ours.has(`${method} ${path}`),
    )
    expect(named.map(({ method, path }) => ours.get(`${method} ${path}`))).toEqual(named.map(({ id }) => id))
  })
})
