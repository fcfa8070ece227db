import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'

/** How each receiver of the story answers its nth request, by its host. */
const answers: Readonly<Record<string, (n: number) => { readonly status: number; readonly body?: string; readonly ms: number }>> = {
  'crm.nordhaus.example': (n) => ({ status: 200, body: '{"received":true}', ms: 18 + (n % 7) * 9 }),
  'hooks.parcelway.example': (n) => ({ status: 202, ms: 90 + (n % 11) * 31 }),
  'api.tallybooks.example': (n) =>
    n % 9 === 4 ? { status: 503, body: '{"error":"maintenance"}', ms: 12 } : { status: 200, body: '{"ok":true}', ms: 34 + (n % 5) * 12 },
  'books.brauhaus.example': (n) => ({ status: 200, body: '{"booked":true}', ms: 60 + (n % 4) * 21 }),
  'till.brauhaus.example': (n) => ({ status: n % 7 === 3 ? 500 : 200, ms: 40 + (n % 6) * 17 }),
  'erp.lindqvist.example': (n) => ({ status: 200, body: `{"erpId":"E-${77_000 + n}"}`, ms: 22 + (n % 6) * 8 }),
}

export interface Receivers {
  readonly port: number
  /** Who made their certificates. */
  readonly authority: string
  /** From now on it answers nothing but this. */
  breakDown(host: string, status: number): void
  close(): void
}

/** The customers of the story behind one port, told apart by the name they are called by. */
export async function startReceivers(): Promise<Receivers> {
  const authority = await generate([{ name: 'commonName', value: 'Story authority' }], {
    ...({ keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 90 * 86_400_000) } as const),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  const issued = await generate([{ name: 'commonName', value: 'receivers.example' }], {
    ...({ keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 90 * 86_400_000) } as const),
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: Object.keys(answers).map((value) => ({ type: 2 as const, value })) }],
  })
  const counts = new Map<string, number>()
  const broken = new Map<string, number>()
  const server = createServer({ key: issued.private, cert: issued.cert }, (request, response) => {
    request.resume().on('end', () => {
      const host = request.headers.host ?? ''
      const n = (counts.get(host) ?? 0) + 1
      counts.set(host, n)
      const { status, body = '', ms } = answers[host]?.(n) ?? { status: 404, ms: 1 }
      const out = broken.get(host)
      setTimeout(() => {
        response.writeHead(out ?? status, { 'content-type': 'application/json', server: 'nginx' })
        response.end(out === undefined ? body : '{"error":"upstream is down"}')
      }, ms)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    authority: authority.cert,
    breakDown: (host, status) => void broken.set(host, status),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
