import { createFakeClock } from '#platform/testing'
import { describe, expect, it } from 'vitest'
import { Precedence } from './precedence.ts'

describe('precedence of work that exists', () => {
  it('limits nothing while no delivery is late', () => {
    const precedence = new Precedence(createFakeClock())
    for (let i = 0; i < 100; i++) precedence.ended()
    expect(precedence.allowance()).toBe(Infinity)
  })

  it('lets in a little less than ends from the moment a delivery is late, and always something', () => {
    const precedence = new Precedence(createFakeClock())
    precedence.late()
    for (let i = 0; i < 80; i++) precedence.ended()
    expect(precedence.allowance()).toBe(70)
    expect(precedence.allowance()).toBe(4)
  })

  it('is level again when none was late for a while', () => {
    const clock = createFakeClock()
    const precedence = new Precedence(clock)
    precedence.late()
    clock.advance(249)
    expect(precedence.allowance()).toBe(4)
    clock.advance(1)
    expect(precedence.allowance()).toBe(Infinity)
  })
})
