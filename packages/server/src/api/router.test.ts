import { operation } from '@posthorn/contract'
import { describe, expect, test } from 'vitest'
import { route } from './route.ts'
import { createRouter } from './router.ts'

const find = createRouter(
  (
    [
      ['GET', '/api/app'],
      ['POST', '/api/app'],
      ['GET', '/api/app/{app_id}'],
      ['GET', '/api/app/{app_id}/msg/{msg_id}'],
      ['GET', '/api/app/{app_id}/msg/latest'],
      ['GET', '/api/app/default/plan'],
      ['POST', '/api/app/import'],
      ['GET', '/'],
    ] as const
  ).map(([method, path]) =>
    route(
      operation({ id: `${method} ${path}`, method, path, summary: '', noun: '', scope: 'public', access: 'read', answers: {} }),
      async () => ({ status: 200 }),
    ),
  ),
)
const found = (path: string, method = 'GET') => {
  const result = find(method, path)
  return result.kind === 'found' ? { path: result.route.operation.path, ...result.params } : result.kind
}

describe('the router', () => {
  test('finds an operation by its method and path, with or without a slash at the end', () => {
    expect(found('/api/app')).toEqual({ path: '/api/app' })
    expect(found('/api/app/')).toEqual({ path: '/api/app' })
    expect(found('/api/app/shop/msg/msg_1')).toEqual({ path: '/api/app/{app_id}/msg/{msg_id}', app_id: 'shop', msg_id: 'msg_1' })
    expect(found('/')).toEqual({ path: '/' })
  })

  test('prefers what is written out, and comes back where that leads nowhere', () => {
    expect(found('/api/app/shop/msg/latest')).toEqual({ path: '/api/app/{app_id}/msg/latest', app_id: 'shop' })
    expect(found('/api/app/default/plan')).toEqual({ path: '/api/app/default/plan' })
    expect(found('/api/app/default')).toEqual({ path: '/api/app/{app_id}', app_id: 'default' })
    expect(found('/api/app/default/msg/1')).toEqual({ path: '/api/app/{app_id}/msg/{msg_id}', app_id: 'default', msg_id: '1' })
  })

  test('leaves a name that is written out for other methods to the parameter', () => {
    expect(found('/api/app/import', 'POST')).toEqual({ path: '/api/app/import' })
    expect(found('/api/app/import')).toEqual({ path: '/api/app/{app_id}', app_id: 'import' })
    expect(find('DELETE', '/api/app/import')).toEqual({ kind: 'wrong_method', allow: ['GET', 'HEAD', 'POST'] })
  })

  test('decodes a parameter after it was cut out', () => {
    expect(found('/api/app/a%2Fb')).toEqual({ path: '/api/app/{app_id}', app_id: 'a/b' })
    expect(() => found('/api/app/%E0%A4%A')).toThrow(expect.objectContaining({ code: 'malformed_request' }))
  })

  test('knows no empty, no overlong and no other segments', () => {
    expect(
      ['/api', '/api/app//', '/api//app', '/api/app//msg/1', '/api/app/x/y', `/api/app/${'x'.repeat(769)}`, '*', '/API/app'].map((path) =>
        found(path),
      ),
    ).toEqual(Array.from({ length: 8 }, () => 'unknown'))
  })

  test('tells which methods an address takes', () => {
    expect(find('DELETE', '/api/app')).toEqual({ kind: 'wrong_method', allow: ['GET', 'HEAD', 'POST'] })
    expect(found('/api/app', 'HEAD')).toEqual({ path: '/api/app' })
  })
})
