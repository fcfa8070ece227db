import { operation } from '@posthorn/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { route } from './route.ts'
import { createRouter } from './router.ts'

const addresses = [
  ['GET', '/api/app'],
  ['POST', '/api/app'],
  ['GET', '/api/app/{app_id}'],
  ['DELETE', '/api/app/{app_id}'],
  ['GET', '/api/app/{app_id}/msg/{msg_id}'],
  ['GET', '/api/app/{app_id}/msg/latest'],
  ['GET', '/api/app/default/plan'],
  ['POST', '/api/app/import'],
  ['GET', '/'],
] as const

const find = createRouter(
  addresses.map(([method, path]) =>
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
    expect(find('PUT', '/api/app/import')).toEqual({ kind: 'wrong_method', allow: ['GET', 'HEAD', 'POST', 'DELETE'] })
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

  test('says which methods an address takes', () => {
    expect(find('DELETE', '/api/app')).toEqual({ kind: 'wrong_method', allow: ['GET', 'HEAD', 'POST'] })
    expect(found('/api/app', 'HEAD')).toEqual({ path: '/api/app' })
  })

  test('ends a path at no sign, and takes no other spelling of what is written out', () => {
    expect(found('/api/app/shop#/msg/msg_1', 'DELETE')).toBe('wrong_method')
    expect(found('/api/app/a#b')).toEqual({ path: '/api/app/{app_id}', app_id: 'a#b' })
    expect(found('/api/app/a?b')).toEqual({ path: '/api/app/{app_id}', app_id: 'a?b' })
    expect(found('/api/%61pp')).toBe('unknown')
    expect(found('/api/app/%69mport', 'POST')).toBe('wrong_method')
    expect(found('/api/app/shop/msg/%6Catest')).toEqual({ path: '/api/app/{app_id}/msg/{msg_id}', app_id: 'shop', msg_id: 'latest' })
    expect(found('/nowhere/%zz')).toBe('unknown')
  })

  test('finds for any path what comparing it segment by segment finds', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'api',
        'app',
        'msg',
        'latest',
        'default',
        'plan',
        'import',
        'x',
        '%61pp',
        'a%2Fb',
        '%25',
        '%2561',
        '%zz',
        '%',
        '%C3%A9',
      ),
      fc.constantFrom('#', '?', ';', ':app_id', '*', '.', '..', '(x)', '', 'x'.repeat(768), 'x'.repeat(769), '%41'.repeat(257)),
      fc.string({ maxLength: 6 }).map((text) => text.replaceAll('/', '')),
    )
    const segment = fc.array(piece, { minLength: 1, maxLength: 2 }).map((pieces) => pieces.join(''))
    const of = (name: string) => fc.oneof({ arbitrary: fc.constant(name), weight: 6 }, { arbitrary: segment, weight: 1 })
    const path = fc
      .tuple(of('api'), of('app'), segment, of('msg'), segment, fc.integer({ min: 0, max: 6 }))
      .map(([a, b, c, d, e, length]) => `/${[a, b, c, d, e, ''].slice(0, length).join('/')}`)
    fc.assert(
      fc.property(path, fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'PUT'), (tried, method) => {
        const is = outcome(() => find(method, tried))
        expect(is).toEqual(outcome(() => compared(method, tried)))
      }),
      { numRuns: 2000 },
    )
  })
})

/** The very thing that the router is to find, by trying every address. */
function compared(method: string, path: string): ReturnType<typeof find> {
  const segments = path.replace(/(.)\/$/, '$1').split('/')
  if (path.includes('//')) return { kind: 'unknown' }
  const fits = addresses
    .map(([of, address]) => ({ of, names: address.split('/') }))
    .filter(({ names }) => names.length === segments.length && names.every((name, i) => isFor(name, segments[i]!)))
    .toSorted((a, b) => (spelling(a.names) < spelling(b.names) ? -1 : 1))
  const one = fits.find(({ of }) => of === method) ?? fits.find(({ of }) => method === 'HEAD' && of === 'GET')
  if (one === undefined) return fits.length === 0 ? { kind: 'unknown' } : { kind: 'wrong_method', allow: fits.map(({ of }) => of) }
  const params = one.names.flatMap((name, i) => (name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(segments[i]!)]] : []))
  const route = { operation: { id: `${one.of} ${one.names.join('/')}` } } as Extract<ReturnType<typeof find>, { kind: 'found' }>['route']
  return { kind: 'found', route, params: Object.fromEntries(params) as Record<string, string> }
}

const isFor = (name: string, segment: string) => (name.startsWith('{') ? segment !== '' && segment.length <= 768 : name === segment)
/** What is written out comes first, at the first place where two differ. */
const spelling = (names: readonly string[]) => names.map((name) => (name.startsWith('{') ? '1' : '0')).join('')

function outcome(look: () => ReturnType<typeof find>): unknown {
  try {
    const is = look()
    if (is.kind === 'found') return { operation: is.route.operation.id, ...is.params }
    return is.kind === 'unknown' ? is : { allow: [...new Set(is.allow)].filter((one) => one !== 'HEAD').toSorted() }
  } catch {
    return 'malformed'
  }
}
