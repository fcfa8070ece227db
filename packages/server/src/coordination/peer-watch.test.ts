import type { SessionId } from '#domain'
import { expect, it } from 'vitest'
import { PeerWatch } from './peer-watch.ts'

const peer = (id: string, beat: number) => ({ id: id as SessionId, beat, sends: true })

/** Looks once a second, as a session beats. */
function lookFor(watch: PeerWatch, seconds: number, from: number, beatAt: (second: number) => number): readonly string[] {
  let dead: readonly string[] = []
  for (let second = from; second < from + seconds; second++)
    dead = watch.look([peer('ses_a', beatAt(second)), peer('ses_b', second)], second * 1000).map(({ id }) => id)
  return dead
}

it('a peer is dead when its beat has stood still for five seconds, and not before', () => {
  const watch = new PeerWatch()
  expect(lookFor(watch, 5, 100, () => 7)).toEqual([])
  expect(lookFor(watch, 1, 105, () => 7)).toEqual(['ses_a'])
})

it('one that beats again is alive', () => {
  const watch = new PeerWatch()
  lookFor(watch, 6, 100, () => 7)
  expect(lookFor(watch, 1, 106, () => 8)).toEqual([])
})

it('who did not look for a while knows nothing of the others', () => {
  const watch = new PeerWatch()
  lookFor(watch, 3, 100, () => 7)
  expect(lookFor(watch, 5, 110, () => 7)).toEqual([])
  expect(lookFor(watch, 1, 115, () => 7)).toEqual(['ses_a'])
})
