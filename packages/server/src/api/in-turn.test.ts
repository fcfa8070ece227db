import { expect, it } from 'vitest'
import { inTurn } from './in-turn.ts'

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
  const first = inTurn(owner, 'a', work('first', gate.promise))
  const second = inTurn(owner, 'a', work('second'))
  const third = inTurn(owner, 'a', work('third'))
  expect(await inTurn(owner, 'b', work('other'))).toBe('other')
  expect(await inTurn({}, 'a', work('elsewhere'))).toBe('elsewhere')
  gate.resolve()
  expect(await Promise.allSettled([first, second, third])).toMatchObject([{ value: 'first' }, { status: 'rejected' }, { value: 'third' }])
  expect(ran).toEqual(['other false', 'elsewhere false', 'first false', 'second true', 'third true'])
  expect(await inTurn(owner, 'a', work('again'))).toBe('again')
  expect(ran.at(-1)).toBe('again false')
})
