import { expect, test } from 'vitest'
import { hexDump } from './hex-dump.ts'

test('bytes stand sixteen to a line, beside what can be read of them', () => {
  expect(hexDump(new TextEncoder().encode('Posthorn: 1 café\n'))).toBe(
    [
      '00000000  50 6f 73 74 68 6f 72 6e 3a 20 31 20 63 61 66 c3  Posthorn: 1 caf.',
      '00000010  a9 0a                                            ..',
    ].join('\n'),
  )
})

test('what is longer than anybody reads is cut, and says so', () => {
  expect(hexDump(new Uint8Array(70_000)).split('\n').at(-1)).toBe('… 4464 more bytes')
})
