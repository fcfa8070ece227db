import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { onAbort } from './on-abort.ts'

test('calls all who wait, once, and nobody who has left', () => {
  const controller = new AbortController()
  const heard: string[] = []
  onAbort(controller.signal, () => heard.push('a'))
  const leave = onAbort(controller.signal, () => heard.push('b'))
  onAbort(controller.signal, () => heard.push('c'))
  leave()
  controller.abort()
  controller.abort()
  leave()
  expect(heard.toSorted()).toEqual(['a', 'c'])
})

test('calls nobody who leaves because another one was called', () => {
  const controller = new AbortController()
  const heard: string[] = []
  const leaves: (() => void)[] = []
  for (const name of ['a', 'b', 'c']) {
    leaves.push(
      onAbort(controller.signal, () => {
        heard.push(name)
        for (const leave of leaves) leave()
      }),
    )
  }
  controller.abort()
  expect(heard).toHaveLength(1)
})

test('has one listener of the signal, however many come and go', () => {
  const { signal } = new AbortController()
  for (let i = 0; i < 1000; i++) onAbort(signal, () => {})()
  onAbort(signal, () => {})
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
})
