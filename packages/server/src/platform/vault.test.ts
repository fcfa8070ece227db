import { describe, expect, it } from 'vitest'
import { systemRandom } from './random.ts'
import { createVault, masterKeyFromText } from './vault.ts'

const random = systemRandom()
const keyA = masterKeyFromText('a'.repeat(44))
const keyB = masterKeyFromText('b'.repeat(44))
const vault = createVault([keyA], random)

describe('the vault', () => {
  it.each(['', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'ä\u0000日本', 'x'.repeat(100_000)])('S27: opens what it sealed', (text) => {
    const sealed = vault.seal(text, 'endpoint:ep_1')
    expect(sealed).toMatch(new RegExp(`^v1\\.${keyA.id}\\.[\\w-]{16}\\.[\\w-]{22,}$`))
    expect(vault.openText(sealed, 'endpoint:ep_1')).toEqual({ ok: true, plain: text })
    if (text.length > 3) expect(sealed).not.toContain(text)
  })

  it('seals bytes too', () => {
    const bytes = random.fill(new Uint8Array(64))
    const opened = vault.open(vault.seal(bytes, 'x'), 'x')
    expect(opened.ok && Buffer.compare(opened.plain, bytes)).toBe(0)
  })

  it('seals the same text differently each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => vault.seal('same', 'x'))).size).toBe(100)
  })

  it('does not open what belongs to something else', () => {
    expect(vault.open(vault.seal('secret', 'endpoint:ep_1'), 'endpoint:ep_2')).toEqual({ ok: false, code: 'damaged' })
  })

  it('S6: does not open it with any one character changed', () => {
    const sealed = vault.seal('secret', 'x')
    for (let i = 0; i < sealed.length; i++) {
      for (const other of [sealed[i] === 'A' ? 'B' : 'A', '.', '']) {
        const changed = sealed.slice(0, i) + other + sealed.slice(i + 1)
        if (
          Buffer.from(changed.split('.')[3] ?? '', 'base64url').equals(Buffer.from(sealed.split('.')[3]!, 'base64url')) &&
          changed.startsWith(sealed.slice(0, -2))
        )
          continue
        expect(vault.open(changed, 'x').ok, changed).toBe(false)
      }
    }
  })

  it.each([
    '',
    'v1',
    'v1.a.b',
    'v2.a.b.c',
    'plain text',
    `v1.${keyA.id}.AAAAAAAAAAAAAAAA.`,
    `v1.${keyA.id}.AAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`,
    `v1.${keyA.id}.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA.x`,
  ])('calls %j damaged', (text) => {
    expect(vault.open(text, 'x')).toEqual({ ok: false, code: 'damaged' })
  })

  it('rotates: the first key seals, the others still open, and what they sealed is told apart', () => {
    const old = vault.seal('secret', 'x')
    const rotated = createVault([keyB, keyA], random)
    expect(rotated.openText(old, 'x')).toEqual({ ok: true, plain: 'secret' })
    expect(rotated.isCurrent(old)).toBe(false)
    const renewed = rotated.seal('secret', 'x')
    expect(rotated.isCurrent(renewed)).toBe(true)
    expect(createVault([keyB], random).openText(renewed, 'x')).toEqual({ ok: true, plain: 'secret' })
    expect(createVault([keyB], random).open(old, 'x')).toEqual({ ok: false, code: 'key_unknown' })
  })

  it('does not open with another key of the same id', () => {
    const impostor = createVault([{ id: keyA.id, key: keyB.key }], random)
    expect(impostor.open(vault.seal('secret', 'x'), 'x')).toEqual({ ok: false, code: 'damaged' })
  })

  it('refuses to begin without a key, with a bad id, or with one id twice', () => {
    expect(() => createVault([], random)).toThrow('needs a master key')
    expect(() => createVault([{ id: 'a.b', key: keyA.key }], random)).toThrow('id of a master key')
    expect(() => createVault([keyA, keyA], random)).toThrow('two master keys')
    expect(() => masterKeyFromText('short')).toThrow('at least 32')
  })

  it('gives a text the same id always, and no part of the text', () => {
    expect(masterKeyFromText(' ' + 'a'.repeat(44) + '\n')).toEqual(keyA)
    expect(keyA.id).toMatch(/^[0-9a-f]{8}$/)
    expect(keyA.id).not.toBe(keyB.id)
  })
})
