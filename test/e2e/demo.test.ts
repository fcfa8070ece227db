import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const demo = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url))

test('the demo loses nothing, and ends with a link into the console that shows what it did', { timeout: 180_000 }, async () => {
  const child = spawn(process.execPath, [demo], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    if (line.includes('Ctrl C')) break
  }
  const said = lines.join('\n')
  expect(said).toMatch(/^ {2}lost +0$/m)
  const link = new URL(/Look at it: +(\S+)/.exec(said)![1]!)
  const [, email, password] = /as (\S+), with the password "(.+)"/.exec(said)!
  expect((await fetch(link)).headers.get('content-type')).toContain('text/html')

  const signedIn = await fetch(`${link.origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  expect(signedIn.status).toBe(201)
  // The link leads to the application that the demo filled.
  const app = link.searchParams.get('next')!.replace(/^\/a\//, '')
  const runs = await fetch(`${link.origin}/api/v1/app/${app}/run?limit=1&status=ok`, {
    headers: { cookie: signedIn.headers.get('set-cookie')!.split(';')[0]! },
  })
  expect(await runs.json()).toMatchObject({ data: [{ status: 'ok' }] })
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})
