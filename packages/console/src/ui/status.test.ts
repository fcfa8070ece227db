import { expect, test } from 'vitest'
import { statuses } from './status.tsx'

test('C6: two statuses that differ in colour differ in their word or their icon too', () => {
  const looks = new Map<string, Set<string>>()
  for (const { word, icon, look } of Object.values(statuses)) {
    const shown = `${icon.displayName} ${word}`
    looks.set(shown, (looks.get(shown) ?? new Set()).add(look))
  }
  expect([...looks].filter(([, colours]) => colours.size > 1)).toEqual([])
})
