import { describe, expect, test } from 'vitest'
import { comparingTime, tellsWhere } from '../../../../../test/support/comparing-time.ts'
import { digest, indexOfText, sameSignature, sameText } from './timing-safe.ts'

const byCharacter = (a: string, b: string): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return a.length === b.length
}

describe('S7: the time of a comparison', () => {
  test.each([
    ['sameText', sameText],
    ['sameSignature', sameSignature],
    ['indexOfText', (a: string, b: string) => indexOfText(a, [digest(b)]) !== -1],
  ])('of %s says nothing about where the texts differ', (_, equal) => {
    expect(comparingTime(equal)).not.toSatisfy(tellsWhere)
  })

  // What would be told, if they did.
  test.each([
    ['===', (a: string, b: string) => a === b],
    ['a loop that stops', byCharacter],
  ])('of %s does', (_, equal) => {
    expect(comparingTime(equal)).toSatisfy(tellsWhere)
  })
})
