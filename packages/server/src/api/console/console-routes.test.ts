import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let folder: string
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'posthorn-console-'))
  mkdirSync(join(folder, 'dist/assets'), { recursive: true })
  writeFileSync(join(folder, 'master.key'), 'what nobody may read')
  writeFileSync(join(folder, 'dist/index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'dist/assets/page.js'), 'export {}')
  api = await startTestApi({ consoleFolder: join(folder, 'dist') })
})
afterAll(async () => {
  agent.destroy()
  await api.stop()
  rmSync(folder, { recursive: true })
})

/** The path as it stands here: `fetch` would tidy it up. */
const get = (path: string) =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const out = request(api.url, { path, agent }, (answer) => {
      let text = ''
      answer.on('data', (piece) => (text += String(piece))).on('end', () => resolve({ status: answer.statusCode, text }))
    })
    out.on('error', reject).end()
  })

test('S17: no spelling of a path leads out of the folder of the console, in 60 tries', async () => {
  expect(await get('/assets/page.js')).toEqual({ status: 200, text: 'export {}' })
  const dots = ['..', '%2e%2e', '%2E%2e', '.%2e', '%252e%252e']
  const marks = ['/', '%2f', '%2F', '\\', '%5c', '%5C', '//', '/./', '%252f', '%00/', '/%00', '%c0%af']
  const tries = dots.flatMap((dot) => marks.map((mark) => `/assets/${dot}${mark}${dot}${mark}master.key`))
  expect(tries).toHaveLength(60)
  for (const path of tries) {
    const { status, text } = await get(path)
    expect([400, 404], path).toContain(status)
    expect(text, path).not.toContain('nobody may read')
  }
})
