import { expect, it } from 'vitest'
import { createTargetReader, readTarget } from './target.ts'

it('remembers URLs without mixing them up, and forgets the oldest of very many', () => {
  const read = createTargetReader(false)
  const urls = Array.from({ length: 1200 }, (_, i) => `https://user:${i}@host-${i}.example:8443/hook?n=${i}`)
  for (let round = 0; round < 2; round++) for (const url of urls) expect(read(url)).toEqual(readTarget(url, false))
  expect(read(urls.at(-1)!)).toBe(read(urls.at(-1)!))
})

it('reads what cannot be called anew each time, so that nobody fills its memory with it', () => {
  const read = createTargetReader(false)
  for (const url of ['http://plain.example/', 'https://shop.example:22/', 'nonsense', `https://a.example/${'x'.repeat(9000)}`]) {
    expect(read(url)).toEqual(readTarget(url, false))
    expect(read(url)).toMatchObject({ ok: false })
    expect(read(url)).not.toBe(read(url))
  }
})
