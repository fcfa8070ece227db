import { describe, expect, test } from 'vitest'
import { compose, confirmation, type Answer } from './reply.ts'

const ID = 'req_034Shi0b0tVS6gyjxAWYfg'
const composed = (answer: Partial<Answer>) => {
  const { headers, body } = compose({ status: 200, headers: {}, body: null, ...answer }, ID)
  const lines = headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1]}`] : []))
  return { own: lines.slice(3), ours: lines.slice(0, 3), body }
}

describe('compose', () => {
  test('adds our headers to each answer, and a type to a body without one', () => {
    expect(composed({ body: 'x' })).toEqual({
      ours: ['Content-Security-Policy: sandbox', 'X-Content-Type-Options: nosniff', `Posthorn-Request-Id: ${ID}`],
      own: ['Content-Type: text/plain; charset=utf-8'],
      body: 'x',
    })
    expect(composed({ body: 'x', headers: { 'content-type': 'text/html' } }).own).toEqual(['content-type: text/html'])
    expect(composed({}).own).toEqual([])
  })

  test.each([204, 205, 304])('%i has neither body nor type', (status) => {
    expect(composed({ status, body: 'x', headers: { 'Content-Type': 'text/html', 'X-A': 'b' } })).toMatchObject({
      own: ['X-A: b'],
      body: null,
    })
  })

  test('R101: writes each of several values, without those that a reply may not set', () => {
    const headers = {
      'Set-Cookie': ['a=1', 'posthorn_session=x', 'b=2'],
      'x-many': ['1', '2\r\nX-Injected: 1', '3'],
      'x-none': [],
      'content-type': ['a\0b'],
      'Posthorn-Request-Id': 'req_forged',
      'posthorn-request-id': 'req_forged',
      'content-security-policy': 'default-src *',
      'bad name': 'x',
      'Accept-Encoding': 'gzip',
      'webhook-id': 'msg_forged',
      'x-posthorn': 'posthorn may stand in other headers',
    }
    expect(composed({ body: 'x', headers }).own).toEqual([
      'Set-Cookie: a=1',
      'Set-Cookie: b=2',
      'x-many: 1',
      'x-many: 3',
      'x-posthorn: posthorn may stand in other headers',
      'Content-Type: text/plain; charset=utf-8',
    ])
  })
})

test('R103: the confirmation names the run where there is one', () => {
  expect(JSON.parse(confirmation(ID, undefined))).toEqual({ ok: true, requestId: ID })
  expect(JSON.parse(confirmation(ID, 'run_1'))).toEqual({ ok: true, requestId: ID, runId: 'run_1' })
})
