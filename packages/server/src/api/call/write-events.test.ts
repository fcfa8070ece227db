import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { writeEvents } from './write-events.ts'

test('who does not read keeps no server from its end: the connection ends with it', async () => {
  const ending = new AbortController()
  const request = new IncomingMessage(new Socket())
  // Nobody takes what it writes.
  const response = new ServerResponse(request)
  const events = async function* () {
    yield 'x'.repeat(response.writableHighWaterMark)
  }
  const written = writeEvents(request, response, { status: 200, events, ending: ending.signal })
  await setImmediate()
  expect(response.writableNeedDrain).toBe(true)
  ending.abort()
  await written
  expect(response.destroyed).toBe(true)
})
