import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openIngestHarness, type IngestHarness } from '../../../../test/support/ingest-harness.ts'

const BYTES = 10 * 1024 * 1024 - 1024
const fill = (first: string, piece: string, last: string): Uint8Array =>
  Buffer.from(first + piece.repeat(Math.floor((BYTES - first.length - last.length) / piece.length)) + last)
const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const xml = 'application/xml'
// A listener whose flow is missing refuses behind the examination, so that this is about reading, not about keeping ten megabytes.
const fits = { reject: 503, strict: 422 }
const malformed = { reject: 400, strict: 400 }

/** The worst that a sender may send, by what made an earlier reader slow. */
const worst: [name: string, contentType: string, body: () => Uint8Array, wanted: { reject: number; strict: number }][] = [
  ['a number that no double holds among millions', json, () => fill('[1e400', ',1', ']'), fits],
  ['millions of lists', json, () => fill('[[]', ',[]', ']'), fits],
  ['millions of lists without a type', '', () => fill('[[]', ',[]', ']'), fits],
  ['lists in lists', json, () => fill('', '[', ''), malformed],
  ['objects in objects', json, () => fill('', '{"a":', ''), malformed],
  ['half a million names', json, () => Buffer.from(`{${Array.from({ length: 500_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`), fits],
  ['one text of escapes', json, () => fill('{"a":"', '\\n', '"}'), fits],
  ['one number', json, () => fill('1', '1', ''), fits],
  ['white space', json, () => fill('', ' ', '1'), fits],
  ['a fault at the end', json, () => fill('[1', ',1', ',]'), malformed],
  [
    'Latin-1',
    `${json}; charset=windows-1252`,
    () => Buffer.concat([Buffer.from('["'), Buffer.alloc(BYTES, 0xe9), Buffer.from('"]')]),
    fits,
  ],
  ['ISO-2022-JP', `${json}; charset=iso-2022-jp`, () => fill('["\x1b$B', '4A', '\x1b(B"]'), fits],
  ['UTF-16', `${json}; charset=utf-16le`, () => Buffer.from(`["${'é'.repeat(BYTES / 2 - 8)}"]`, 'utf16le'), fits],
  ['millions of fields', form, () => fill('a', '&a', ''), fits],
  ['a form whose fields are asked for', form, () => fill('x', '&x=%41', ''), { reject: 503, strict: 422 }],
  ['hundreds of thousands of elements', xml, () => fill('<a>', `<b>${'some text'.repeat(12)}</b><c d=""></c>`, '</a>'), fits],
  ['too many elements', xml, () => fill('<a>', '<b/>', '</a>'), malformed],
  ['elements in elements', xml, () => fill('', '<a>', ''), malformed],
  [
    'attributes',
    xml,
    () => fill('<a>', `<a ${Array.from({ length: 1000 }, (_, i) => `b${i}="${'value'.repeat(8)}"`).join(' ')}/>`, '</a>'),
    fits,
  ],
  ['too many attributes', xml, () => Buffer.from(`<a ${Array.from({ length: 200_000 }, (_, i) => `b${i}=""`).join(' ')}/>`), malformed],
  ['one XML text', xml, () => fill('<a>', '&amp;', '</a>'), fits],
  ['an XML comment', xml, () => fill('<!--', '- ', '--><a/>'), fits],
  ['a document type', xml, () => fill('<!DOCTYPE a [', '<!ENTITY b "c">', ']><a/>'), fits],
  ['an endless tag', xml, () => fill('<', 'a', ''), malformed],
  ['text in windows-1252', 'text/plain; charset=windows-1252', () => Buffer.alloc(BYTES, 0xe9), fits],
]

/** Sends from a thread of its own, so that only the server's work is seen on this one. */
const sender = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { request, Agent } = require('node:http')
  const agent = new Agent({ keepAlive: true })
  const post = (path, contentType, body) => new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length, ...(contentType && { 'content-type': contentType }) }
    const sent = request({ port: workerData.port, method: 'POST', path, headers, agent }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode))
    })
    sent.on('error', reject).end(body)
  })
  let calls = 0
  setInterval(() => post('/in/default/plain', 'application/json', Buffer.from('{"id":1}')).then((status) => { if (status === 202) calls++ }), 50)
  parentPort.on('message', async ({ path, contentType, body, times }) => {
    const before = calls
    const statuses = await Promise.all(Array.from({ length: times }, () => post(path, contentType, Buffer.from(body))))
    while (calls < before + 2) await new Promise((resolve) => setTimeout(resolve, 10))
    parentPort.postMessage(statuses)
  })
`

let harness: IngestHarness
let worker: Worker
/** What bytes cost that nobody reads. */
const plain = { reject: 0, strict: 0 }

beforeAll(async () => {
  harness = await openIngestHarness({ settings: { bodiesBytesMax: 1024 * 1024 * 1024 } })
  const listener = (name: string, more: object = {}) =>
    harness.addListener({ name, suffix: `/${name}`, system: 'custom', auth: { kind: 'none' }, ...more })
  await listener('plain')
  await listener('reject', { dedup: { key: 'body.id' }, eventType: 'body.a', reply: { mode: 'flow' } })
  await listener('strict', { expected: { strict: true, body: [{ a: [1] }] } })
  worker = new Worker(sender, { eval: true, workerData: { port: harness.port } })
  for (const listener of ['reject', 'strict', 'reject', 'strict', 'reject', 'strict'] as const) {
    const { longestMs } = await send(listener, { contentType: 'application/octet-stream', body: Buffer.alloc(BYTES, 0x80) })
    plain[listener] = Math.max(plain[listener], longestMs)
  }
})

afterAll(async () => {
  await worker.terminate()
  await harness[Symbol.asyncDispose]()
})

/**
 * The longest turn of the event loop until all are answered, in milliseconds of this thread's processor time: how busy the machine
 * is with other things does not matter.
 */
async function send(listener: string, { contentType, body, times = 1 }: { contentType: string; body: Uint8Array; times?: number }) {
  let longest = 0
  let last = process.threadCpuUsage()
  let running = true
  const look = () => {
    const now = process.threadCpuUsage()
    longest = Math.max(longest, now.user + now.system - last.user - last.system)
    last = now
    if (running) setImmediate(look)
  }
  setImmediate(look)
  const answered = new Promise<number[]>((resolve) => worker.once('message', resolve))
  worker.postMessage({ path: `/in/default/${listener}`, contentType, body, times })
  const statuses = await answered
  running = false
  return { statuses, longestMs: longest / 1000 }
}

describe('F25: the largest bodies hold the event loop hardly longer than bytes that nobody reads', () => {
  test.each(worst)('%s', { timeout: 60_000 }, async (_, contentType, bodyOf, wanted) => {
    const { statuses, longestMs } = await send('reject', { contentType, body: bodyOf() })
    expect(statuses).toEqual([wanted.reject])
    expect(longestMs).toBeLessThan(plain.reject + 150)
  })

  test.each(worst.slice(0, 3))('%s, compared with a structure', { timeout: 60_000 }, async (_, contentType, bodyOf, wanted) => {
    const { statuses, longestMs } = await send('strict', { contentType, body: bodyOf() })
    expect(statuses).toEqual([wanted.strict])
    expect(longestMs).toBeLessThan(plain.strict + 150)
  })

  test('six that are refused, at the same time', async () => {
    const { statuses, longestMs } = await send('strict', { contentType: json, body: fill('[1e400', ',1', ']'), times: 6 })
    expect(statuses).toEqual(Array.from({ length: 6 }, () => 422))
    expect(longestMs).toBeLessThan(plain.strict + 150)
  })
})
