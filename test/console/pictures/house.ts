import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A page of the house itself: its customers see the portal in a frame of it. */
export async function startHouse() {
  const server = createServer((request, response) => {
    const frame = decodeURIComponent(request.url!.slice(2))
    response.setHeader('content-type', 'text/html; charset=utf-8').end(pageAround(frame))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, around: (frame: string) => `${origin}/?${encodeURIComponent(frame)}`, close: () => server.close() }
}

const pageAround = (frame: string): string => `<!doctype html><html lang="en"><title>Lindqvist Supply</title>
<style>
  :root { color-scheme: light dark }
  body { margin: 0; font: 14px/1.5 system-ui, 'Liberation Sans', sans-serif; color: light-dark(#1d2b25, #e7ece9); background: light-dark(#fff, #121614) }
  header { display: flex; gap: 28px; align-items: center; padding: 0 28px; height: 60px; background: #0d4f37; color: #fff }
  header b { font-size: 16px; margin-right: 20px }
  header span { opacity: .82 }
  h1 { font-size: 22px; margin: 28px 0 16px }
  section { max-width: 1180px; margin: 0 auto; padding: 0 28px }
  iframe { width: 100%; height: 660px; border: 1px solid light-dark(#dfe5e1, #2b332f); border-radius: 12px; display: block }
</style>
<header><b>Lindqvist Supply</b><span>Orders</span><span>Invoices</span><span>Deliveries</span><span>Account</span></header>
<section><h1>Account</h1><iframe src="${frame}"></iframe></section></html>`
