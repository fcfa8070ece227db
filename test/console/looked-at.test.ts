import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isLong } from './checks/visit.ts'

/** Of each picture: which one somebody looked at, and how many of the ten questions in `docs/console.md` they said yes to. */
type LookedAt = Readonly<Record<string, { readonly sha256: string; readonly of10: number }>>

const images = new URL('../../docs/images/', import.meta.url)
const lookedAt = JSON.parse(readFileSync(new URL('pictures/looked-at.json', import.meta.url), 'utf8')) as LookedAt
const hashOf = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(new URL(name, images)))
    .digest('hex')
    .slice(0, 16)

// C22: no machine sees whether a page is good. It sees whether somebody looked.
describe.runIf(isLong)('the pictures of the console', () => {
  const pictures = readdirSync(images).filter((name) => name.endsWith('.webp'))

  test('C22: somebody has looked at each picture as it is now, and at no other', () => {
    expect(Object.fromEntries(Object.entries(lookedAt).map(([name, { sha256 }]) => [name, sha256]))).toEqual(
      Object.fromEntries(pictures.map((name) => [name, hashOf(name)])),
    )
  })

  test('C22: each is there in both themes, of 25 screens or more, and is worth eight of ten or more', () => {
    const screens = pictures.filter((name) => name.endsWith('-light.webp')).map((name) => name.replace('-light.webp', ''))
    expect(pictures.toSorted()).toEqual(screens.flatMap((name) => [`${name}-dark.webp`, `${name}-light.webp`]).toSorted())
    expect(screens.length).toBeGreaterThanOrEqual(25)
    expect(Object.entries(lookedAt).filter(([, { of10 }]) => of10 < 8)).toEqual([])
  })
})
