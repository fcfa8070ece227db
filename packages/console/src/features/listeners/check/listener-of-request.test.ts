import { expect, test } from 'vitest'
import { listenerOfRequest } from './listener-of-request.ts'
import { type PastedRequest, pastedRequest } from './pasted-request.ts'

const of = (text: string) => listenerOfRequest(pastedRequest(text) as PastedRequest)

test('a request says where it goes, what it proves itself with, and what it brings', () => {
  expect(of(`curl -X PUT 'https://old.example/hooks/orders?shop=7' -H 'X-API-Key: k1' -H 'X-Shop: 7' --json '{"id":1}'`)).toEqual({
    ...{ method: 'PUT', suffix: '/orders', auth: { kind: 'api_key', name: 'X-API-Key', secret: 'k1' } },
    ...{ headers: [{ name: 'X-Shop', value: '7' }], query: [{ name: 'shop', value: '7' }], body: '{\n  "id": 1\n}' },
  })
  expect(of('Authorization: Bearer t1\n\nno json')).toMatchObject({ auth: { kind: 'bearer', secret: 't1' }, suffix: '', body: '' })
  expect(of('curl -u ines:a:b https://old.example/')).toMatchObject({ auth: { kind: 'basic', username: 'ines', secret: 'a:b' } })
  expect(of('X-Hub-Signature-256: sha256=1\n\n{}').auth).toEqual({ kind: 'hmac', name: 'X-Hub-Signature-256', secret: '' })
  expect(of('curl https://old.example/a').auth).toBe(undefined)
})
