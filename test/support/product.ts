import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The program as an operator runs it: a process of its own on a folder of its own, which may be killed and started again. */
export interface Product {
  readonly port: number
  readonly url: string
  readonly folder: string
  readonly apiKey: string
  readonly databaseUrl: string | undefined
  /** Starts a life and waits until it is ready. `environment` is added for this life only; undefined takes a setting away. */
  start(environment?: Environment, flags?: readonly string[]): Promise<void>
  /** A life that is expected to refuse to start: how it ended, and what it said. */
  refusedStart(environment?: Environment, flags?: readonly string[]): Promise<Ended>
  /** Another command of the program, with the settings of the server, until it ends. */
  command(args: readonly string[], environment?: Environment): Promise<Ended>
  /** `kill -9`. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Stops in order. Resolves with the exit code. */
  stop(): Promise<number | null>
  /** Of the present life. */
  readonly pid: number | undefined
  /** Stands still, as a process whose machine sleeps does, until `thaw`. */
  freeze(): void
  thaw(): void
  /** Resolves when the present life ends, however it ends: with the exit code, or null after a signal. */
  readonly ended: Promise<number | null>
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** What all lives have logged. */
  log(): string
  /** Kills what is left and removes the folder. */
  remove(): Promise<void>
}

export interface Ended {
  /** Null after a signal. */
  readonly code: number | null
  /** What it wrote to either stream. */
  readonly output: string
}

export type Environment = Readonly<Record<string, string | undefined>>

const root = fileURLToPath(new URL('../..', import.meta.url))
const ofRepository = join(root, 'packages/cli/bin/posthorn.mjs')
const apiKey = 'test-key-that-is-long-enough-for-the-program'
const READY_MS = 120_000
/** For calls: who stops in order waits a second for callers that keep their connections. */
export const hangUp = { connection: 'close' }

/**
 * A folder inside the repository, not in /tmp: on many machines that one lives in memory, where a sync costs nothing. `program` is run in
 * the place of the repository's own.
 */
export async function createProduct(options: { databaseUrl?: string | undefined; program?: string } = {}): Promise<Product> {
  const { program = ofRepository } = options
  const parent = join(root, 'posthorn-data')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'test-'))
  const { port, giveBack } = await reservePort()
  const logPath = join(folder, 'product.log')
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('POSTHORN_')))
  const environment = {
    ...own,
    POSTHORN_PORT: String(port),
    POSTHORN_DATA: folder,
    POSTHORN_API_KEY: apiKey,
    POSTHORN_MASTER_KEY: 'test-master-key-that-has-enough-characters',
    POSTHORN_ALLOW_HTTP: 'true',
    POSTHORN_EGRESS_ALLOW: '127.0.0.0/8',
    POSTHORN_LOG_LEVEL: 'warn',
    ...(options.databaseUrl !== undefined && { POSTHORN_DATABASE_URL: options.databaseUrl }),
  }
  let child: ReturnType<typeof spawn> | undefined
  let ended = Promise.resolve<number | null>(null)

  const isReady = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { headers: hangUp }).catch(() => undefined)
    await answer?.arrayBuffer()
    return answer?.ok ?? false
  }

  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    child?.kill(signal)
    return ended
  }

  const command = async (args: readonly string[], more: Environment = {}): Promise<Ended> => {
    const life = spawn(process.execPath, [program, ...args], { cwd: folder, env: { ...environment, ...more }, stdio: 'pipe' })
    const output: Buffer[] = []
    for (const stream of [life.stdout, life.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
    const deadline = setTimeout(() => life.kill('SIGKILL'), READY_MS)
    await once(life, 'close')
    clearTimeout(deadline)
    return { code: life.exitCode, output: Buffer.concat(output).toString() }
  }

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    folder,
    apiKey,
    databaseUrl: options.databaseUrl,
    async start(more = {}, flags = []) {
      const log = openSync(logPath, 'a')
      const life = spawn(process.execPath, [program, 'serve', ...flags], {
        cwd: folder,
        env: { ...environment, ...more },
        stdio: ['ignore', log, log],
      })
      closeSync(log)
      child = life
      ended = once(life, 'exit').then(([code]) => code as number | null)
      const deadline = performance.now() + READY_MS
      // A connection that is refused costs a tenth of a call that is, and there are a hundred of them before it listens.
      while (!(await isListening(port)) || !(await isReady())) {
        if (life.exitCode !== null || life.signalCode !== null) {
          if (more['POSTHORN_FAILPOINT'] !== undefined && life.signalCode === 'SIGKILL') return // the failpoint lay on the way up
          throw new Error(`The program ended:\n${readFileSync(logPath, 'utf8').slice(-4000)}`)
        }
        if (performance.now() > deadline) {
          // Whoever waited for it has nothing to end it by.
          await end('SIGKILL')
          throw new Error(`The program did not get ready within ${READY_MS / 1000} s:\n${readFileSync(logPath, 'utf8').slice(-4000)}`)
        }
        await wait(10)
      }
    },
    async kill() {
      await end('SIGKILL')
    },
    refusedStart: (more = {}, flags = []) => command(['serve', ...flags], more),
    command,
    stop: () => end('SIGTERM'),
    get pid() {
      return child?.pid
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    get ended() {
      return ended
    },
    async api<T>(method: string, path: string, body?: unknown) {
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...hangUp }
      const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
    log: () => readFileSync(logPath, 'utf8'),
    async remove() {
      await end('SIGKILL')
      giveBack()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Below the ports that systems give to outgoing connections, so that none of these takes it while the program is between two lives. */
const PORTS = { first: 20_000, count: 12_000 }
const RESERVED_MS = 3_600_000

/**
 * A port that no other test has, in this process or another: two programs on one port look like one, because the second one's tests are
 * answered by the first. Kept until it is given back, or an hour for a test that was killed.
 */
async function reservePort(): Promise<{ readonly port: number; giveBack(): void }> {
  const folder = join(tmpdir(), 'posthorn-test-ports')
  mkdirSync(folder, { recursive: true })
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count)
    const mark = join(folder, String(port))
    if (Date.now() - (statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > RESERVED_MS) rmSync(mark, { force: true })
    try {
      closeSync(openSync(mark, 'wx'))
    } catch {
      continue
    }
    const giveBack = () => rmSync(mark, { force: true })
    if (await isFree(port)) return { port, giveBack }
    giveBack()
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  server.close()
  if (isListening) await once(server, 'close')
  return isListening
}
