import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPublicServer, type PublicServer } from '#ingest'
import type { OpenFiles } from '#platform'
import type { Address } from './build-rooms.ts'
import type { Ground } from './ground.ts'

export type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** The ports, and what is behind them. */
export interface Servers extends Pick<PublicServer, 'drain' | 'quiet' | 'cut'> {
  readonly url: string
  /** Where listeners are reached: `url`, unless they have a port of their own. */
  readonly ingressUrl: string
  receive(ingest: Handle | undefined): void
  open(withApi: boolean): void
}

interface ListenOptions {
  readonly files: OpenFiles
  /** Other processes serve the same port. */
  readonly isShared: boolean
}

/** One port for everything, or one for the listeners and one for the rest. Until `open`, callers hear that the server starts, or wait for it where others would have answered. */
export async function listen(
  { config, clock, ids, files, isShared }: Pick<Ground, 'config' | 'clock' | 'ids'> & ListenOptions,
  address: Address,
  api: Handle,
): Promise<Servers> {
  const planes = new Planes(api, isShared ? 'hold' : 'refuse')
  const split = config.ingressPort !== null
  const serve = (only: Only) => createPublicServer((request, response) => planes.route(only, request, response), { clock, ids })
  const main = await bind(config.port, config.host, serve(split ? 'api' : 'both'))
  const second = split
    ? await bind(config.ingressPort!, config.host, serve('ingest')).catch((error: unknown) => closing(main, error))
    : undefined
  const url = urlOf(main, config.host)
  const ingressUrl = second ? urlOf(second, config.host) : url
  const all = second ? [main, second] : [main]
  files.watch(all.map(({ server }) => server))
  if (address.publicUrl === '') {
    address.publicUrl = ingressUrl.replace('127.0.0.1', 'localhost')
    address.apiUrl = url.replace('127.0.0.1', 'localhost')
  }
  return {
    url,
    ingressUrl,
    receive: (ingest) => planes.receive(ingest),
    open: (withApi) => planes.open(withApi),
    drain(closed) {
      let open = all.length
      for (const one of all) one.drain(() => void (--open === 0 && closed?.()))
    },
    quiet: async (signal) => void (await Promise.all(all.map((one) => one.quiet(signal)))),
    cut: () => all.forEach((one) => one.cut()),
  }
}

const publicPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

type Only = 'ingest' | 'api' | 'both'

/** What stands behind the ports: `starting` until `open()`, and then for good what is there to answer. */
class Planes {
  readonly #api: Handle
  #ingest: Handle | undefined
  #mode: 'starting' | 'open' = 'starting'
  #withApi = false
  /** What came while it was `starting` and is not refused. */
  #held: (() => void)[] = []
  readonly #early: 'refuse' | 'hold'

  constructor(api: Handle, early: 'refuse' | 'hold') {
    this.#api = api
    this.#early = early
  }

  receive(ingest: Handle | undefined): void {
    this.#ingest = ingest
  }

  open(withApi: boolean): void {
    this.#mode = 'open'
    this.#withApi = withApi
    for (const route of this.#held.splice(0)) route()
  }

  route(only: Only, request: IncomingMessage, response: ServerResponse): void {
    if (this.#mode === 'starting') {
      if (this.#early === 'refuse') return refuse(response, 503)
      return void this.#held.push(() => this.route(only, request, response))
    }
    const isIngest = request.url?.startsWith('/in/') ?? false
    const handle = only === (isIngest ? 'api' : 'ingest') ? undefined : isIngest ? this.#ingest : this.#apiFor(request)
    if (handle) handle(request, response)
    else refuse(response, 404)
  }

  /** Of every process, whatever its roles. */
  #apiFor({ url }: IncomingMessage): Handle | undefined {
    return this.#withApi || publicPaths.has(url ?? '') ? this.#api : undefined
  }
}

/** What listens keeps the process alive, also one that cannot start. */
function closing(one: PublicServer, error: unknown): never {
  one.cut()
  throw error
}

function bind(port: number, host: string, one: PublicServer): Promise<PublicServer> {
  const { server } = one
  return new Promise((resolve, reject) => {
    // Where the host's name is not found, the system names neither.
    server.once('error', (error) => reject(Object.assign(error, { syscall: 'listen', port })))
    server.listen(port, host, () => resolve(one))
  })
}

function urlOf({ server }: PublicServer, host: string): string {
  return `http://${hostOf(host)}:${(server.address() as AddressInfo).port}`
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? 'localhost' : host
}

function refuse(response: ServerResponse, status: 404 | 503): void {
  const body = JSON.stringify({
    status,
    code: status === 404 ? 'not_found' : 'stopping',
    detail: status === 404 ? 'There is nothing here.' : 'The server is starting.',
  })
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...(status === 503 && { 'retry-after': '1' }) }
  response.writeHead(status, headers).end(body)
}
