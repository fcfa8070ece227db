import { generateSecret } from '@posthorn/sdk/signing'
import { describe, expect, test } from 'vitest'
import { checkSecret, secretOverlapSecondsDefault } from './signing-profile.ts'

const fill = (target: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(target)
const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64')

test('the old secret stops at once with hex, after a day with the others', () => {
  expect([secretOverlapSecondsDefault('hex'), secretOverlapSecondsDefault('standard'), secretOverlapSecondsDefault('svix')]).toEqual([
    0, 86_400, 86_400,
  ])
})

describe('a secret that is brought along', () => {
  test('is kept with its prefix', () => {
    expect(checkSecret('standard', base64(24))).toEqual({ ok: true, value: `whsec_${base64(24)}` })
    expect(checkSecret('svix', `whsec_${base64(75)}`)).toEqual({ ok: true, value: `whsec_${base64(75)}` })
  })

  test('may be one that we would make', () => {
    for (const profile of ['standard', 'svix', 'hex'] as const) {
      const secret = generateSecret(profile, fill)
      expect(checkSecret(profile, secret)).toEqual({ ok: true, value: secret })
    }
    const asymmetric = generateSecret('standard', fill, 'asymmetric')
    expect(checkSecret('standard', asymmetric)).toEqual({ ok: true, value: asymmetric })
  })

  test.each([
    ['standard', ''],
    ['standard', base64(23)],
    ['standard', base64(76)],
    ['standard', 'not base64!'],
    ['standard', `whpk_${base64(32)}`],
    ['standard', `whsk_${base64(32)}`],
    ['hex', 'short'],
    ['hex', `${'a'.repeat(40)} `],
    ['hex', 'a'.repeat(129)],
  ] as const)('is refused for %s: %j', (profile, secret) => {
    expect(checkSecret(profile, secret)).toMatchObject({ ok: false, faults: [{ code: 'invalid_secret' }] })
  })
})
