// `npm run demo`: the whole path on this machine, in a temporary folder. GitHub's webhooks come in, a flow runs, answers go back,
// events go out to three endpoints, one of which fails at first and one of which is down. It ends with a table
// and a link into the console, which is there until Ctrl C; with --once it ends by itself.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startServer } from '@posthorn/server'
import { githubWebhooks } from './github.ts'
import { linkToLookAround, untilEnough } from './look-around.ts'
import { provision } from './provision.ts'
import { startReceiver } from './receiver.ts'
import { printTable } from './table.ts'

const SECRET = 'the secret that GitHub was given'
const CONNECTIONS = 16
/** How long the demo waits for what can still be delivered. */
const PATIENCE_MS = 60_000

const folder = await mkdtemp(join(tmpdir(), 'posthorn-demo-'))
const healthy = await startReceiver({ failFirst: 0 })
const shaky = await startReceiver({ failFirst: 2 })
const downUrl = await closedPort()
const server = await startServer({
  environment: { POSTHORN_PORT: '0', POSTHORN_DATA: folder, POSTHORN_LOG_LEVEL: 'error' },
  flags: {},
  file: undefined,
  dev: true,
})
try {
  console.log(`Posthorn runs on ${server.url}, its data is in ${folder}`)
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${server.firstKey}`, 'content-type': 'application/json' }
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  const { listenerUrl, endpoints } = await provision(api, {
    secret: SECRET,
    urls: { healthy: healthy.url, shaky: shaky.url, down: downUrl },
  })
  healthy.trust(endpoints.healthy.secret)
  shaky.trust(endpoints.shaky.secret)

  const webhooks = githubWebhooks(SECRET)
  console.log(`Sending ${webhooks.length} GitHub webhooks to ${listenerUrl}`)
  const startedAt = performance.now()
  const answers = new Map<number, number>()
  const acknowledged = new Set<string>()
  let pings = 0
  let next = 0
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (next < webhooks.length) {
        const { id, headers, body } = webhooks[next++]!
        const response = await fetch(listenerUrl, { method: 'POST', headers, body })
        await response.arrayBuffer()
        answers.set(response.status, (answers.get(response.status) ?? 0) + 1)
        // GitHub's ping only asks whether somebody is there: the listener answers it, no flow runs.
        if (response.ok && headers['x-github-event'] === 'ping') pings++
        else if (response.ok) acknowledged.add(id)
      }
    }),
  )
  const answeredMs = performance.now() - startedAt

  const missing = () => [...acknowledged].filter((id) => !healthy.arrived.has(id) || !shaky.arrived.has(id))
  const deadline = performance.now() + PATIENCE_MS
  while (missing().length > 0 && performance.now() < deadline) await wait(20)
  const deliveredMs = performance.now() - startedAt

  const stats = async (endpoint: string) =>
    api<Record<'success' | 'pending' | 'sending' | 'fail', number>>('GET', `/app/demo/endpoint/${endpoint}/stats`)
  const down = await stats('down')
  const lost = missing().length + (acknowledged.size - down.success - down.pending - down.sending - down.fail)
  printTable({
    sent: webhooks.length,
    answers,
    pings,
    acknowledged: acknowledged.size,
    answeredMs,
    deliveredMs,
    endpoints: [
      {
        name: 'healthy',
        delivered: healthy.arrived.size,
        retried: healthy.counts.requests - healthy.arrived.size,
        waiting: acknowledged.size - healthy.arrived.size,
        refused: healthy.counts.refused,
      },
      {
        name: 'fails twice',
        delivered: shaky.arrived.size,
        retried: shaky.counts.requests - shaky.arrived.size,
        waiting: acknowledged.size - shaky.arrived.size,
        refused: shaky.counts.refused,
      },
      { name: 'down', delivered: down.success, retried: down.sending, waiting: down.pending + down.sending, refused: 0 },
    ],
    lost,
  })
  if (!process.argv.includes('--once')) {
    console.log(`  ${await linkToLookAround(server)}\n\n  Ctrl C ends it, and removes its data.\n`)
    await untilEnough()
  }
  process.exitCode = lost === 0 && acknowledged.size + pings === webhooks.length ? 0 : 1
} finally {
  await server.stop()
  await healthy.close()
  await shaky.close()
  await rm(folder, { recursive: true, force: true })
}

/** A URL on which nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/webhooks`
}
