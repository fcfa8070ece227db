import { describe, expect, test } from 'vitest'
import { isSuccess, sendWebhookSuccessDefault, successDefault } from './success-rule.ts'

describe('R21: which codes are success', () => {
  test('R60: any 2xx for endpoints', () => {
    const codes = Array.from({ length: 900 }, (_, i) => i + 100)
    expect(codes.filter((code) => isSuccess(successDefault, code))).toEqual(codes.filter((code) => code >= 200 && code < 300))
  })

  test('200 and 204 only for the Send Webhook step', () => {
    const codes = Array.from({ length: 900 }, (_, i) => i + 100)
    expect(codes.filter((code) => isSuccess(sendWebhookSuccessDefault, code))).toEqual([200, 204])
  })
})
