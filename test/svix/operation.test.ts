import { operations } from '@posthorn/contract'
import { describe, expect, test } from 'vitest'
import { svixOperations } from '../support/svix-openapi.ts'

describe('of Svix’s 43 operations', () => {
  test('each is here, under the same name, method and path', () => {
    expect(svixOperations).toHaveLength(43)
    const ours = new Map(operations.map(({ id, method, path }) => [`${method} ${path}`, id]))
    // What answers GET answers HEAD.
    const missing = svixOperations.filter(({ method, path }) => !ours.has(`${method === 'HEAD' ? 'GET' : method} ${path}`))
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    const named = svixOperations.filter(
      ({ id, method, path }) => method !== 'HEAD' && id.startsWith('v1.') && ours.has(`${method} ${path}`),
    )
    expect(named.map(({ method, path }) => ours.get(`${method} ${path}`))).toEqual(named.map(({ id }) => id))
  })
})
