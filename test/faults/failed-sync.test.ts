import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'

const program = fileURLToPath(new URL('../../packages/cli/bin/posthorn.mjs', import.meta.url))
const API_KEY = 'a-key-for-tests-that-is-long-enough'

test('F3: after a failed sync nothing is acknowledged any more, though the next one would succeed, until the next start', async ({
  skip,
}) => {
  skip(spawnSync('strace', ['-V']).status !== 0, 'A failing sync is made by strace, which is not installed here.')
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-sync-'))
  const env = { PATH: process.env['PATH'], POSTHORN_PORT: '0', POSTHORN_DATA: join(folder, 'data'), POSTHORN_API_KEY: API_KEY }
  let url = ''
  let log = ''
  const start = async () => {
    const life = spawn(process.execPath, [program, 'serve'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    log = ''
    life.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()))
    await vi.waitFor(() => expect(log).toMatch(/listens on/), { timeout: 60_000, interval: 100 })
    url = /listens on (\S+)/.exec(log)![1]!
    return life
  }
  const call = async (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
    const { code } = (await response.json()) as { code?: string }
    return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
  }
  const message = () => call('/api/v1/app/default/msg', { eventType: 'order.paid', payload: {} })

  let life = await start()
  onTestFinished(async () => {
    life.kill('SIGKILL')
    if (life.exitCode === null && life.signalCode === null) await once(life, 'exit')
    rmSync(folder, { recursive: true, force: true })
  })
  expect((await message()).status).toBe(202)

  const failing = ['-f', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO', '-p', String(life.pid)]
  const strace = spawn('strace', failing, { stdio: ['ignore', 'ignore', 'pipe'] })
  const [said] = (await once(strace.stderr, 'data')) as [Buffer]
  skip(/not permitted/.test(said.toString()), 'This system does not let one process trace another.')
  expect(await message()).toMatchObject({ status: 503, retryAfter: '1' })
  strace.kill('SIGINT')
  await once(strace, 'exit')

  const refused = { status: 503, code: 'store_sync_failed', retryAfter: '1' }
  for (let i = 0; i < 3; i++) {
    expect(await message()).toEqual(refused)
    expect(await call('/readyz')).toEqual(refused)
  }
  expect((await call('/api/v1/app')).status).toBe(200)
  expect(log.match(/store\.trouble\.stands/g)).toHaveLength(1)
  expect(log).toMatch(/Look at the disk of .*posthorn\.db, then start Posthorn again/)

  life.kill('SIGTERM')
  await once(life, 'exit')
  life = await start()
  expect((await message()).status).toBe(202)
  expect((await call('/readyz')).status).toBe(200)
})
