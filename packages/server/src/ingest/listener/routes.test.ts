import { describe, expect, test } from 'vitest'
import { compileRoutes, readPublicPath } from './routes.ts'

const route = (suffix: string, methods = ['POST']) => ({ suffix, methods })

function matched(suffixes: string[], path: string): { suffix: string; params: Record<string, string> }[] {
  const read = readPublicPath(`/in/default${path}`)
  if (read === undefined) return []
  return compileRoutes(suffixes.map((suffix) => route(suffix)))
    .match(read.segments)
    .map(({ target, params }) => ({ suffix: target.suffix, params: { ...params } }))
}

describe('matching', () => {
  test('R40: finds nested suffixes and decodes parameters', () => {
    expect(matched(['/a/b', '/orders/:id/lines/:line'], '/orders/4%2F2/lines/caf%C3%A9')).toEqual([
      { suffix: '/orders/:id/lines/:line', params: { id: '4/2', line: 'caf\u00e9' } },
    ])
    expect(matched(['/a/b'], '/a')).toEqual([])
    expect(matched(['/a/b'], '/a/b/c')).toEqual([])
  })

  test('R40: is case-sensitive', () => {
    expect(matched(['/Orders'], '/orders')).toEqual([])
    expect(matched(['/Orders'], '/Orders')).toHaveLength(1)
  })

  test('a literal goes before a parameter, segment by segment from the left', () => {
    const suffixes = ['/:a/:b', '/:a/y', '/x/:b', '/x/y']
    expect(matched(suffixes, '/x/y').map((one) => one.suffix)).toEqual(['/x/y', '/x/:b', '/:a/y', '/:a/:b'])
    expect(matched(suffixes, '/x/z').map((one) => one.suffix)).toEqual(['/x/:b', '/:a/:b'])
  })

  test('a parameter is still tried when the literal leads nowhere', () => {
    expect(matched(['/orders/latest', '/orders/:id/lines'], '/orders/latest/lines')).toEqual([
      { suffix: '/orders/:id/lines', params: { id: 'latest' } },
    ])
  })

  test('two targets of one shape keep their own names for the parameter', () => {
    expect(matched(['/orders/:id', '/orders/:number'], '/orders/7').map((one) => one.params)).toEqual([{ id: '7' }, { number: '7' }])
  })

  test('a literal segment may be written with escapes', () => {
    expect(matched(['/orders'], '/%6Frders')).toHaveLength(1)
  })

  test('names of objects are only names', () => {
    expect(matched(['/orders'], '/__proto__')).toEqual([])
    expect(matched(['/orders'], '/constructor')).toEqual([])
  })
})

describe('paths', () => {
  test('one slash at the end is ignored', () => {
    expect(readPublicPath('/in/default/orders/')).toEqual({ application: 'default', segments: ['orders'] })
  })

  test.each([
    '/in',
    '/in/',
    '/in/default',
    '/in/default/',
    '/in//orders',
    '/in/default//orders',
    '/in/default/orders//',
    '/in/default/../orders',
    '/in/default/%2e%2e/orders',
    '/in/default/.',
    '/in/default/%',
    '/in/default/%ff',
    '/in/default/a%00b',
    '/api/v1/app',
    `/in/default${'/a'.repeat(200)}`,
  ])('S17: does not guess what %s may mean', (path) => {
    expect(readPublicPath(path)).toBeUndefined()
  })
})
