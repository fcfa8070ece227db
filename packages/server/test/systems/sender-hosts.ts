import { createServer } from 'node:https'
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { generate } from 'selfsigned'
import { createEgress, systemClock, type Egress } from '#platform'
import { senderKeys } from './signers/sender-keys.ts'

const HOSTS = ['api.paypal.com', 'sns.us-west-2.amazonaws.com', 'www.googleapis.com', 'keys.example.com']

/** What the hosts of senders answer, by host and path; 404 for everything else. */
export type Pages = Map<string, { readonly status: number; readonly body: string }>

export interface SenderHosts extends AsyncDisposable {
  /** The way out, guarded as always, that leads to the hosts below instead of the internet. */
  readonly egress: Egress
  readonly pages: Pages
  /** What was asked for so far. */
  readonly asked: string[]
}

/** Real TLS servers for the hosts that senders publish their keys at, reached through a real proxy. */
export async function startSenderHosts(): Promise<SenderHosts> {
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  })
  const altNames = HOSTS.map((value) => ({ type: 2 as const, value }))
  const issued = await generate([{ name: 'commonName', value: HOSTS[0]! }], {
    ...({ keyType: 'ec', algorithm: 'sha256' } as const),
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  const { pem } = senderKeys.certified
  const pages: Pages = new Map([
    ['api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5a29e601', { status: 200, body: pem }],
    ['sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem', { status: 200, body: pem }],
    ['www.googleapis.com/oauth2/v3/certs', { status: 200, body: JSON.stringify(senderKeys.keySet.json) }],
  ])
  const asked: string[] = []
  const https = createServer({ key: issued.private, cert: issued.cert }, ({ headers, url }, response) => {
    const page = `${headers.host}${url}`
    asked.push(page)
    const { status, body } = pages.get(page) ?? { status: 404, body: 'not here' }
    response.writeHead(status).end(body)
  })
  const port = await listening(https)
  const proxy = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
      onward.on('error', () => socket.destroy())
      socket.on('close', () => onward.destroy())
    })
  })
  const egress = createEgress({
    clock: systemClock,
    ca: [authority.cert],
    proxy: { url: `http://127.0.0.1:${await listening(proxy)}` },
    lookup: async () => ['93.184.215.14'],
  })
  return {
    egress,
    pages,
    asked,
    async [Symbol.asyncDispose]() {
      await egress.close()
      https.closeAllConnections()
      https.close()
      proxy.close()
    },
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
