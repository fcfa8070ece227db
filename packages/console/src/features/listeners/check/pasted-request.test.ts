import { expect, test } from 'vitest'
import { pastedRequest } from './pasted-request.ts'

test('a curl command is read as a shell and curl read it', () => {
  const command = `$ curl -sS -XPUT 'http://localhost:8400/in/shop/orders?a=1&b=%20' \\
    -H "X-Signature: \\"abc\\" \\$5" -H 'x-signature: second' --user ines:word \\
    --data-raw $'{"name":"it\\'s\\u00e4\\n"}' --max-time 5 -d x=1`
  expect(pastedRequest(command)).toEqual({
    ...{ method: 'PUT', path: '/in/shop/orders', query: 'a=1&b=%20' },
    headers: {
      'X-Signature': ['"abc" $5', 'second'],
      Authorization: [`Basic ${btoa('ines:word')}`],
      'Content-Type': ['application/x-www-form-urlencoded'],
    },
    body: '{"name":"it\'sä\n"}&x=1',
  })
  expect(pastedRequest('curl http://localhost/in/a/b')).toEqual({ method: 'GET', path: '/in/a/b', headers: {}, body: '' })
  expect(pastedRequest(`curl --json '{}' --url=http://localhost/in/a/b`)).toMatchObject({
    ...{ method: 'POST', headers: { 'Content-Type': ['application/json'] }, body: '{}' },
  })
})

test('HTTP is read with or without its first line, and a body ends where its length says', () => {
  const http = 'POST /in/shop/orders?x=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n{"a":1}\r\n'
  const headers = { Host: ['localhost'], 'Content-Length': ['7'] }
  expect(pastedRequest(http)).toEqual({ method: 'POST', path: '/in/shop/orders', query: 'x=1', headers, body: '{"a":1}' })
  expect(pastedRequest('X-Signature: abc\n\n{"a":1}\n\n{}')).toEqual({ headers: { 'X-Signature': ['abc'] }, body: '{"a":1}\n\n{}' })
  expect(pastedRequest('X-Signature: abc')).toEqual({ headers: { 'X-Signature': ['abc'] }, body: '' })
  expect(pastedRequest('{"a":\n\n1}')).toEqual({ headers: {}, body: '{"a":\n\n1}' })
})

test('what cannot be read says why', () => {
  expect(pastedRequest(' \n')).toMatch(/^Paste a request/)
  expect(pastedRequest('X-A: 1\nno header\n\n{}')).toMatch(/^Line 2 is no header/)
  expect(pastedRequest('curl -H "X-A: 1"')).toBe('The command has no URL.')
  expect(pastedRequest('curl http://localhost/ -d @order.json')).toMatch(/^The body stands in the file order\.json/)
  expect(pastedRequest('curl -X OPTIONS http://localhost/')).toMatch(/and no OPTIONS\.$/)
  expect(pastedRequest('curl http://localhost/ -H')).toBe('-H has no value.')
})
