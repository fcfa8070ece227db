import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createProduct, type Product } from '../support/product.ts'
import { freshDatabase } from '../support/postgres.ts'

const MIB = 1024 * 1024
const FILE_BYTES = 200 * MIB - 1
const MINUTES_MS = 600_000

const boundary = 'e2e'
const head = (name: string, size: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${size}\r\n\r\n`
const tail = `\r\n--${boundary}--\r\n`

/** In megabytes; null where the system does not tell. */
function memoryOf(product: Product): { now: number; most: number } | null {
  try {
    const status = readFileSync(`/proc/${product.pid}/status`, 'utf8')
    const of = (name: string) => Number(new RegExp(`${name}:\\s*(\\d+) kB`).exec(status)![1]) / 1024
    return { now: of('VmRSS'), most: of('VmHWM') }
  } catch {
    return null
  }
}

/** Writes a form with one file, whose content is a megabyte of noise again and again. */
function upload({ port }: Product, bytes: number): Promise<{ status: number; sha256: string }> {
  const noise = randomBytes(MIB)
  const hash = createHash('sha256')
  const first = Buffer.from(head('file', '; filename="large.bin"'))
  const length = first.length + bytes + Buffer.byteLength(tail)
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': length, 'x-api-key': 'upload-key' }
  return new Promise((resolve, reject) => {
    const out = request({ port, host: '127.0.0.1', method: 'POST', path: '/in/forms/large', headers }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode!, sha256: hash.digest('hex') }))
    })
    out.on('error', reject)
    out.write(first)
    let left = bytes
    const more = (): void => {
      while (left > 0) {
        const piece = noise.subarray(0, Math.min(left, MIB))
        hash.update(piece)
        left -= piece.length
        if (!out.write(piece)) return void out.once('drain', more)
      }
      out.end(tail)
    }
    more()
  })
}

async function furnish(product: Product): Promise<void> {
  await product.api('POST', '/app', { uid: 'forms', name: 'Forms' })
  await product.api('POST', '/app/forms/listener', { name: 'Large', suffix: '/large', auth: { kind: 'api_key', keys: ['upload-key'] } })
  await product.api('POST', '/app/forms/listener', { name: 'Open', suffix: '/open', auth: { kind: 'none' } })
}

describe.each(['sqlite', 'postgres'] as const)('a file of 200 MB, on %s', (engine) => {
  test('R99: comes with less than 50 MB of memory, and is fetched with little more', { timeout: MINUTES_MS }, async () => {
    const database = engine === 'postgres' ? await freshDatabase() : undefined
    const product = await createProduct({ databaseUrl: database?.url })
    try {
      await product.start({ POSTHORN_UPLOAD_BYTES_MAX: String(256 * MIB) })
      await furnish(product)
      // The code for it is read and compiled once.
      expect((await upload(product, 5 * MIB)).status).toBe(202)
      const before = memoryOf(product)
      const sent = await upload(product, FILE_BYTES)
      expect(sent.status).toBe(202)
      const behind = memoryOf(product)
      const [entry] = (await product.api<{ data: { id: string; size: number; sha256: string }[] }>('GET', '/app/forms/entry')).data
      expect(entry).toMatchObject({ size: FILE_BYTES, sha256: sent.sha256 })
      const hash = createHash('sha256')
      const answer = await fetch(`${product.url}/api/v1/app/forms/entry/${entry!.id}/content`, {
        headers: { authorization: `Bearer ${product.apiKey}` },
      })
      for await (const piece of answer.body!) hash.update(piece)
      expect(hash.digest('hex')).toBe(sent.sha256)
      const fetched = memoryOf(product)
      if (before !== null) {
        expect(behind!.most - before.now).toBeLessThan(50)
        // The driver of PostgreSQL makes text of bytes on the way out.
        expect(fetched!.most - before.now).toBeLessThan(engine === 'sqlite' ? 50 : 100)
      }
    } finally {
      await product.remove()
      await database?.drop()
    }
  })
})

/** What others may be made to wait (S29), and how often it is looked at where the machine is busy with other things. */
const P99_MS_MAX = 200
const LOOKS = 20

/** Others are not stopped: their p99 is under 200 ms, or, where the machine has no more to give, about what it is without anybody in the way. */
async function expectUnhindered(call: () => Promise<number>, aloneMs: number): Promise<void> {
  const seen: number[] = []
  while (seen.length < LOOKS) {
    seen.push(await p99Of(call))
    if (seen.at(-1)! < Math.max(P99_MS_MAX, 1.5 * aloneMs)) return
  }
  expect.fail(`The p99 was ${seen.map(Math.round).join(', ')} ms, and ${Math.round(aloneMs)} ms alone.`)
}

/** Milliseconds. */
async function p99Of(call: () => Promise<number>): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < 100; i++) took.push(await call())
  return took.toSorted((a, b) => a - b)[98]!
}

describe('many who send slowly', () => {
  let product: Product
  beforeAll(async () => {
    product = await createProduct()
    await product.start()
    await furnish(product)
  }, MINUTES_MS)
  afterAll(() => product.remove())

  const good = async (): Promise<number> => {
    const started = performance.now()
    const form = new FormData()
    form.append('file', new Blob(['x'.repeat(1000)]), 'a.txt')
    const answer = await fetch(`${product.url}/in/forms/large`, { method: 'POST', body: form, headers: { 'x-api-key': 'upload-key' } })
    await answer.arrayBuffer()
    expect(answer.status).toBe(202)
    return performance.now() - started
  }

  test(
    'S29: 1,000 who drip their forms take places of their own, and do not stop those who send theirs',
    { timeout: MINUTES_MS },
    async () => {
      await product.api('POST', '/app', { uid: 'slow', name: 'Slow' })
      await product.api('POST', '/app/slow/listener', { name: 'Open', suffix: '/open', auth: { kind: 'none' } })
      const request = `POST /in/slow/open HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: 1000000\r\n\r\n`
      const alone = await p99Of(good)
      const statuses: string[] = []
      const sockets = Array.from({ length: 1000 }, (): Socket => {
        const socket = connect(product.port, '127.0.0.1')
        socket.on('error', () => undefined)
        socket.on('data', (answer) => statuses.push(answer.toString('latin1', 9, 12)))
        socket.write(request + head('file', '; filename="slow.bin"') + 'x')
        return socket
      })
      const drip = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('x')), 1000)
      try {
        // All but those who have a place are refused at once.
        while (statuses.length < 1000 - 32) await new Promise((resolve) => setTimeout(resolve, 20))
        expect(new Set(statuses)).toEqual(new Set(['503']))
        const before = memoryOf(product)
        await expectUnhindered(good, alone)
        if (before !== null) expect(memoryOf(product)!.now - before.now).toBeLessThan(50)
      } finally {
        clearInterval(drip)
        sockets.forEach((socket) => socket.destroy())
      }
    },
  )

  test('S29: 1,000 who drip heads or bodies, or read no answer, do not stop the others', { timeout: MINUTES_MS }, async () => {
    await product.api('POST', '/app', { uid: 'drip', name: 'Drip' })
    // Larger than what a connection holds on its way: the rest waits for whoever reads.
    const reply = { mode: 'at_once', status: 200, body: 'x'.repeat(900_000) }
    await product.api('POST', '/app/drip/listener', { name: 'Answers', suffix: '/answers', auth: { kind: 'none' }, reply })
    await product.api('POST', '/app/drip/listener', { name: 'Takes', suffix: '/takes', auth: { kind: 'none' } })
    const quick = async (): Promise<number> => {
      const started = performance.now()
      const answer = await fetch(`${product.url}/in/drip/takes`, { method: 'POST', body: '{"n":1}' })
      await answer.arrayBuffer()
      expect(answer.status).toBe(202)
      return performance.now() - started
    }
    const alone = await p99Of(quick)
    const begin = (path: string, more: string) => `POST /in/drip/${path} HTTP/1.1\r\nHost: a\r\n${more}`
    const kinds = [
      { begun: begin('takes', 'X-Slow: '), drop: 'x', reads: true },
      { begun: begin('takes', 'Content-Length: 100000\r\n\r\n'), drop: 'x', reads: true },
      { begun: begin('takes', 'Transfer-Encoding: chunked\r\n\r\n'), drop: '1\r\nx\r\n', reads: true },
      { begun: begin('answers', 'Content-Length: 2\r\n\r\n{}'), drop: null, reads: false },
    ]
    const opened = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const kind = kinds[i % kinds.length]!
        const socket = connect(product.port, '127.0.0.1')
        socket.on('error', () => undefined)
        if (kind.reads) socket.resume()
        await new Promise((resolve) => socket.write(kind.begun, resolve))
        return { kind, socket }
      }),
    )
    const drip = setInterval(() => {
      for (const { kind, socket } of opened) if (kind.drop !== null && socket.writable) socket.write(kind.drop)
    }, 1000)
    try {
      await expectUnhindered(quick, alone)
      expect(opened.filter(({ socket }) => !socket.destroyed).length).toBeGreaterThan(0)
    } finally {
      clearInterval(drip)
      opened.forEach(({ socket }) => socket.destroy())
    }
  })

  test('a stop answers forms that arrive in time, and leaves nothing of the others', { timeout: MINUTES_MS }, async () => {
    const open = (content: string) =>
      new Promise<{ socket: Socket; answer: Promise<string> }>((resolve) => {
        const socket = connect(product.port, '127.0.0.1')
        const length = Buffer.byteLength(head('file', '; filename="a"') + content + tail)
        const answer = new Promise<string>((said) => {
          let text = ''
          socket
            .on('data', (piece) => (text += String(piece)))
            .on('error', () => undefined)
            .on('close', () => said(text))
        })
        socket.write(
          `POST /in/forms/open HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${length}\r\n\r\n`,
        )
        socket.write(head('file', '; filename="a"') + content.slice(0, 100_000), () => resolve({ socket, answer }))
      })
    const before = (await product.api<{ data: unknown[] }>('GET', '/app/forms/entry?limit=250')).data.length
    const content = 'y'.repeat(200_000)
    const [ends, never] = await Promise.all([open(content), open(content)])
    // Both are under way: a form that nobody has begun to read is one that came too late.
    await vi.waitFor(() => expect(readdirSync(join(product.folder, 'files/incoming')).length).toBe(2), { timeout: 60_000 })
    const stopped = product.stop()
    ends.socket.write(content.slice(100_000) + tail)
    expect(await ends.answer).toMatch(/^HTTP\/1\.1 202 [^]*Connection: close/)
    expect(await stopped).toBe(0)
    expect(await never.answer).not.toMatch(/ 2\d\d /)
    await product.start()
    expect((await product.api<{ data: unknown[] }>('GET', '/app/forms/entry?limit=250')).data.length).toBe(before + 1)
  })
})
