import { describe, expect, test } from 'vitest'
import { checkSuccessRule, isSuccess, sendWebhookSuccessDefault, successDefault } from './success-rule.ts'

describe('R21: which codes are success', () => {
  test('R60: any 2xx for endpoints', () => {
    const codes = Array.from({ length: 900 }, (_, i) => i + 100)
    expect(codes.filter((code) => isSuccess(successDefault, code))).toEqual(codes.filter((code) => code >= 200 && code < 300))
  })

  test('200 and 204 only for the Send Webhook step', () => {
    const codes = Array.from({ length: 900 }, (_, i) => i + 100)
    expect(codes.filter((code) => isSuccess(sendWebhookSuccessDefault, code))).toEqual([200, 204])
  })

  test.each([
    ['2xx', '2xx'],
    [[200], [200]],
    [
      [409, 200, 409],
      [409, 200],
    ],
  ])('%j is read', (value, rule) => {
    expect(checkSuccessRule(value)).toEqual({ ok: true, value: rule })
  })

  test.each([
    ['', '3xx'],
    ['', []],
    ['', 200],
    ['', null],
    ['/1', [200, 199]],
    ['/0', [600]],
    ['/0', ['200']],
    ['/0', [200.5]],
  ])('points to %j in %j', (pointer, value) => {
    expect(checkSuccessRule(value)).toMatchObject({ ok: false, faults: [{ pointer }] })
  })
})
