import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '@posthorn/server'
import { emptyDatabase } from '../support/postgres.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
  readonly text: string
  /** Parsed JSON, undefined if it is none. Loosely typed, because every test reads another shape. */
  readonly json: Json
}

export interface Json {
  readonly [name: string]: Json
}

/** All rooms in this process, on a folder and, if wanted, a database of their own. */
export interface WholeServer {
  readonly url: string
  readonly ingressUrl: string
  /** The organisation's. */
  readonly key: string
  /** `call('POST /app', { ... })`: the API, with the organisation's key. */
  call(methodAndPath: string, body?: unknown): Promise<Answer>
  /** The same, for what must succeed. */
  make(methodAndPath: string, body?: unknown): Promise<Json>
  stop(): Promise<void>
}

export interface WholeServerOptions {
  readonly engine: 'sqlite' | 'postgres'
  readonly environment?: Readonly<Record<string, string>>
  /** Allows `http:` and loopback targets. */
  readonly dev?: boolean
}

export async function startWholeServer({ engine, environment = {}, dev = true }: WholeServerOptions): Promise<WholeServer> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-e2e-'))
  const database = engine === 'postgres' ? await emptyDatabase() : undefined
  const all = {
    POSTHORN_PORT: '0',
    POSTHORN_DATA: folder,
    POSTHORN_LOG_LEVEL: 'error',
    ...(database && { POSTHORN_DATABASE_URL: database.url }),
    ...environment,
  }
  const server = await startServer({ environment: all, flags: {}, file: undefined, dev })
  const key = environment['POSTHORN_API_KEY'] ?? server.firstKey!
  const call = (methodAndPath: string, body?: unknown) => {
    const [method = '', path = ''] = methodAndPath.split(' ', 2)
    return fetched(`${server.url}/api/v1${path}`, {
      method,
      // A server that stops in order waits a second for callers that keep their connections.
      headers: { authorization: `Bearer ${key}`, connection: 'close', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }
  return {
    url: server.url,
    ingressUrl: server.ingressUrl,
    key,
    call,
    async make(methodAndPath, body) {
      const answer = await call(methodAndPath, body)
      if (answer.status >= 300) throw new Error(`${methodAndPath} answered ${answer.status}: ${answer.text}`)
      return answer.json
    },
    async stop() {
      await server.stop()
      await database?.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One request and its whole answer. */
export async function fetched(url: string, init?: RequestInit & { readonly duplex?: 'half' }): Promise<Answer> {
  const response = await fetch(url, init)
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = Buffer.from(bytes).toString('utf8')
  return { status: response.status, headers: response.headers, bytes, text, json: parsed(text) as Json }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
