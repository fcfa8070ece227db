import { expect, it } from 'vitest'
import { whoseEnd } from './end-of-child.ts'

it('tells what V8 and a program do to themselves from what others do to a process', () => {
  for (const signal of ['SIGABRT', 'SIGTRAP', 'SIGILL']) expect(whoseEnd({ code: null, signal })).toBe('heap')
  for (const code of [133, 134]) expect(whoseEnd({ code, signal: null })).toBe('heap')
  for (const code of [1, 3]) expect(whoseEnd({ code, signal: null })).toBe('program')
  expect(whoseEnd({ code: null, signal: 'SIGSEGV' })).toBe('program')
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGXCPU'])
    expect(whoseEnd({ code: null, signal })).toBe('outside')
  expect(whoseEnd({ code: 0, signal: null })).toBe('outside')
})
