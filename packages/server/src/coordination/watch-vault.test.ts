import { createVault } from '#platform'
import { createCollectingLog, createFakeClock, createSeededRandom } from '#platform/testing'
import { expect, it } from 'vitest'
import { createStoreHealth } from '#store'
import { SECRET_LOOK_MS, watchVault } from './watch-vault.ts'

const random = createSeededRandom(1)
const right = createVault([{ id: 'right', key: new Uint8Array(32).fill(1) }], random)
const wrong = createVault([{ id: 'wrong', key: new Uint8Array(32).fill(2) }], random)

function open() {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const health = createStoreHealth({ clock, log })
  return { clock, log, health, ...watchVault({ vault: right, health, clock }) }
}

it('a secret that cannot be opened makes the process not ready, with the reason, and does not refuse writes', () => {
  const { vault, health, log } = open()
  expect(vault.openText(wrong.seal('s', 'endpoint:ep_1:secret'), 'endpoint:ep_1:secret').ok).toBe(false)
  expect(health.trouble).toMatchObject({ code: 'secret_unreadable', detail: expect.stringContaining('1 of the stored secrets') })
  expect(health.refusal).toBeUndefined()
  expect(log.entries).toMatchObject([{ fields: { advice: expect.stringContaining('endpoint:ep_1:secret (key_unknown)') } }])
})

it('is reported once a minute, however often it is asked for', () => {
  const { vault, log, clock } = open()
  const sealed = wrong.seal('s', 'a')
  for (let i = 0; i < 120; i++) {
    vault.openText(sealed, 'a')
    clock.advance(1000)
  }
  expect(log.entries.length).toBeLessThanOrEqual(3)
})

it('is over when each of them opens or is set anew', () => {
  const { vault, health } = open()
  for (const name of ['a', 'b']) vault.openText(wrong.seal('s', name), name)
  vault.openText(right.seal('s', 'a'), 'a')
  expect(health.trouble).toBeDefined()
  vault.seal('new', 'b')
  expect(health.trouble).toBeUndefined()
})

it('is over when nobody asks any more, and not while what waits looks every half minute', () => {
  const { vault, health, clock } = open()
  const sealed = wrong.seal('s', 'a')
  for (let i = 0; i < 10; i++) {
    vault.openText(sealed, 'a')
    clock.advance(SECRET_LOOK_MS)
    expect(health.trouble).toBeDefined()
  }
  clock.advance(90_000)
  expect(health.trouble).toBeUndefined()
})

it('has one timer at most, however often secrets close and open again, and none when it stops', () => {
  const { vault, clock, stop } = open()
  for (let i = 0; i < 5; i++) {
    vault.openText(wrong.seal('s', 'a'), 'a')
    expect(clock.pending).toBe(1)
    vault.seal('s', 'a')
    expect(clock.pending).toBe(0)
  }
  vault.openText(wrong.seal('s', 'a'), 'a')
  stop()
  expect(clock.pending).toBe(0)
})

it('what may be missing is not reported, and does not end what is', () => {
  const { vault, health } = open()
  expect(vault.textIfOpen(wrong.seal('s', 'a'), 'a')).toBeUndefined()
  expect(health.trouble).toBeUndefined()
  vault.openText(wrong.seal('s', 'a'), 'a')
  expect(vault.textIfOpen(right.seal('old', 'a'), 'a')).toBe('old')
  expect(health.trouble).toBeDefined()
})
