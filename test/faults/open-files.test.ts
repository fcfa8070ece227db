import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'

const program = fileURLToPath(new URL('../../packages/cli/bin/posthorn.mjs', import.meta.url))
const FILES = 64
const CALLERS = 150

test('beyond the limit of open files callers are refused with a line that says which limit, and those who are let in are served', async ({
  skip,
}) => {
  skip(process.platform !== 'linux', 'The limit is read where Linux tells it.')
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-files-'))
  const env = { PATH: process.env['PATH'], POSTHORN_PORT: '0', POSTHORN_DATA: join(folder, 'data') }
  const command = `ulimit -n ${FILES}; exec "$0" "$1" serve`
  const server = spawn('bash', ['-c', command, process.execPath, program], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  server.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  onTestFinished(async () => {
    server.kill('SIGKILL')
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
  await vi.waitFor(() => expect(out).toMatch(/listens on/), { timeout: 60_000, interval: 100 })
  expect(out).toMatch(/"limit":64,"needed":\d+,.*"event":"server.files.few"/)

  const port = Number(/listens on \S+:(\d+)/.exec(out)![1])
  const sockets: Socket[] = []
  let refused = 0
  for (let i = 0; i < CALLERS; i++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('close', () => refused++)
    sockets.push(socket)
  }
  await vi.waitFor(() => expect(out).toMatch(/"event":"server.(connections|files).exhausted"/), { timeout: 20_000, interval: 50 })
  await vi.waitFor(() => expect(refused).toBeGreaterThan(CALLERS - FILES), { timeout: 20_000, interval: 50 })
  expect(out.match(/server\.connections\.exhausted/g)).toHaveLength(1)
  expect(out).toMatch(/ulimit -n/)
  const open = sockets.find((socket) => !socket.destroyed)!
  open.write('GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  expect(String((await once(open, 'data'))[0])).toContain('200 OK')
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), {
    timeout: 20_000,
    interval: 200,
  })
})
