import { expect, it } from 'vitest'
import { createSettledLately } from './settled-lately.ts'

const task = (due: number, manual = false) => ({ lane: 'ep_1', due, delivery: 'dlv_1' as const, manual })

it('knows a task that was just settled, and not the retry that follows it', () => {
  const lately = createSettledLately()
  lately.add(task(100), 0)
  expect(lately.has(task(100))).toBe(true)
  expect(lately.has(task(101))).toBe(false)
})

it('a resend and a retry of the same delivery are two tasks', () => {
  const lately = createSettledLately()
  lately.add(task(100, true), 0)
  expect(lately.has(task(50))).toBe(false)
  expect(lately.has(task(100, true))).toBe(true)
})

it('remembers for two seconds, and forgets after four', () => {
  const lately = createSettledLately()
  lately.add(task(100), 0)
  lately.add({ ...task(100), delivery: 'dlv_2' }, 2000)
  expect(lately.has(task(100))).toBe(true)
  lately.add({ ...task(100), delivery: 'dlv_3' }, 4000)
  expect(lately.has(task(100))).toBe(false)
  lately.add({ ...task(100), delivery: 'dlv_4' }, 9000)
  expect(lately.has({ ...task(100), delivery: 'dlv_3' })).toBe(false)
})
