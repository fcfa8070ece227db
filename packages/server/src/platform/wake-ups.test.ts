import { describe, expect, it } from 'vitest'
import { createWakeUps } from './wake-ups.ts'

interface Topics {
  work: { lane: string }
  other: number
}

describe('the wake-up', () => {
  it('is heard by every listener of its topic, at once and in order', () => {
    const wakeUps = createWakeUps<Topics>()
    const heard: string[] = []
    wakeUps.listen('work', ({ lane }) => heard.push(`a ${lane}`))
    wakeUps.listen('work', ({ lane }) => heard.push(`b ${lane}`))
    wakeUps.listen('other', (value) => heard.push(`c ${value}`))
    wakeUps.wake('work', { lane: 'l1' })
    wakeUps.wake('other', 2)
    expect(heard).toEqual(['a l1', 'b l1', 'c 2'])
  })

  it('may wake nobody', () => {
    expect(() => createWakeUps<Topics>().wake('other', 1)).not.toThrow()
  })

  it('is heard no more after unlisten, whatever else listens with the same function', () => {
    const wakeUps = createWakeUps<Topics>()
    let count = 0
    const handler = () => count++
    const stop = wakeUps.listen('other', handler)
    wakeUps.listen('other', handler)
    stop()
    stop()
    wakeUps.wake('other', 1)
    expect(count).toBe(1)
  })

  it('lets a listener stop itself and start others while it wakes', () => {
    const wakeUps = createWakeUps<Topics>()
    const heard: string[] = []
    const stop = wakeUps.listen('other', () => {
      heard.push('first')
      stop()
      wakeUps.listen('other', () => heard.push('late'))
    })
    wakeUps.listen('other', () => heard.push('second'))
    wakeUps.wake('other', 1)
    expect(heard).toEqual(['first', 'second'])
    wakeUps.wake('other', 1)
    expect(heard).toEqual(['first', 'second', 'second', 'late'])
  })

  it('keeps what a listener throws from who wakes and from the other listeners', () => {
    const faults: unknown[] = []
    const wakeUps = createWakeUps<Topics>((error) => faults.push(error))
    const heard: number[] = []
    wakeUps.listen('other', () => {
      throw new Error('broken')
    })
    wakeUps.listen('other', (value) => heard.push(value))
    wakeUps.wake('other', 7)
    expect(heard).toEqual([7])
    expect(faults).toEqual([new Error('broken')])
  })
})
