import { expect, it } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { inTurn } from './in-turn.ts'

const clock = createFakeClock()

it('works of one name take turns in their order, whatever becomes of each; others do not wait for them', async () => {
  const owner = {}
  const ran: string[] = []
  const gate = Promise.withResolvers<void>()
  const work = (text: string, until?: Promise<void>) => async (waited: boolean) => {
    await until
    ran.push(`${text} ${waited}`)
    if (text === 'second') throw new Error(text)
    return text
  }
  const first = inTurn({ owner: owner, name: 'a', clock }, work('first', gate.promise))
  const second = inTurn({ owner: owner, name: 'a', clock }, work('second'))
  const third = inTurn({ owner: owner, name: 'a', clock }, work('third'))
  expect(await inTurn({ owner: owner, name: 'b', clock }, work('other'))).toBe('other')
  expect(await inTurn({ owner: {}, name: 'a', clock }, work('elsewhere'))).toBe('elsewhere')
  gate.resolve()
  expect(await Promise.allSettled([first, second, third])).toMatchObject([{ value: 'first' }, { status: 'rejected' }, { value: 'third' }])
  expect(ran).toEqual(['other false', 'elsewhere false', 'first false', 'second true', 'third true'])
  expect(await inTurn({ owner: owner, name: 'a', clock }, work('again'))).toBe('again')
  expect(ran.at(-1)).toBe('again false')
})

it('a work that would wait behind a hundred others, or has waited for half a minute, is not begun', async () => {
  const owner = {}
  const gate = Promise.withResolvers<void>()
  const of = { owner, name: 'a', clock }
  let ran = 0
  const count = async () => void ran++
  const first = inTurn(of, () => gate.promise)
  const waiting = Array.from({ length: 100 }, () => inTurn(of, count))
  await expect(inTurn(of, count)).rejects.toMatchObject({ code: 'overloaded' })
  clock.advance(30_001)
  gate.resolve()
  await first
  const ends = await Promise.allSettled(waiting)
  expect(ends.every((end) => end.status === 'rejected' && (end.reason as { code: string }).code === 'overloaded')).toBe(true)
  expect(ran).toBe(0)
  await inTurn(of, count)
  expect(ran).toBe(1)
})
