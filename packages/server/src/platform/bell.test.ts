import { describe, expect, it } from 'vitest'
import { createBell } from './bell.ts'

interface Topics {
  work: { lane: string }
  other: number
}

describe('the bell', () => {
  it('is heard by every listener of its topic, at once and in order', () => {
    const bell = createBell<Topics>()
    const heard: string[] = []
    bell.listen('work', ({ lane }) => heard.push(`a ${lane}`))
    bell.listen('work', ({ lane }) => heard.push(`b ${lane}`))
    bell.listen('other', (value) => heard.push(`c ${value}`))
    bell.ring('work', { lane: 'l1' })
    bell.ring('other', 2)
    expect(heard).toEqual(['a l1', 'b l1', 'c 2'])
  })

  it('may ring unheard', () => {
    expect(() => createBell<Topics>().ring('other', 1)).not.toThrow()
  })

  it('is heard no more after unlisten, whatever else listens with the same function', () => {
    const bell = createBell<Topics>()
    let count = 0
    const handler = () => count++
    const stop = bell.listen('other', handler)
    bell.listen('other', handler)
    stop()
    stop()
    bell.ring('other', 1)
    expect(count).toBe(1)
  })

  it('lets a listener stop itself and start others while it rings', () => {
    const bell = createBell<Topics>()
    const heard: string[] = []
    const stop = bell.listen('other', () => {
      heard.push('first')
      stop()
      bell.listen('other', () => heard.push('late'))
    })
    bell.listen('other', () => heard.push('second'))
    bell.ring('other', 1)
    expect(heard).toEqual(['first', 'second'])
    bell.ring('other', 1)
    expect(heard).toEqual(['first', 'second', 'second', 'late'])
  })

  it('keeps what a listener throws from the ringer and from the other listeners', () => {
    const faults: unknown[] = []
    const bell = createBell<Topics>((error) => faults.push(error))
    const heard: number[] = []
    bell.listen('other', () => {
      throw new Error('broken')
    })
    bell.listen('other', (value) => heard.push(value))
    bell.ring('other', 7)
    expect(heard).toEqual([7])
    expect(faults).toEqual([new Error('broken')])
  })
})
