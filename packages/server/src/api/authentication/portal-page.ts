import { createHash } from 'node:crypto'
import { html } from '../openapi/html.ts'
import { route, type Route } from '../route.ts'

const style = `
:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: light-dark(#1c2128, #e6e9ee); background: light-dark(#fff, #12151a); }
main { max-width: 40rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { font-size: 1.5rem; }
a { color: light-dark(#0b57d0, #8ab4f8); }
`

const page = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Webhooks</title>
      ${html.raw(`<style>${style}</style>`)}
    </head>
    <body>
      <main>
        <h1>Your link is right; the portal is not there yet</h1>
        <p>
          This link gives access to the webhooks of one application: its endpoints, the messages that were sent to them, and what became of
          each. The pages for that are not part of this version of Posthorn.
        </p>
        <p>
          The link itself holds a key, in the part of the address behind <code>#</code>. It stayed in your browser: this page has neither
          read nor sent it. Programs use the key with <a href="/docs">the API</a> until it expires. Whoever has the link can do the same, so
          keep it to yourself.
        </p>
        <p>If you were sent here to set up webhooks, ask the people who sent you the link to do it for you.</p>
      </main>
    </body>
  </html>`.toString()

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Where the links of `app-portal-access` lead. It runs no script, so the key behind the # stays where it is. */
export function portalRoute(): Route {
  const about = {
    id: 'v1.portal.page',
    noun: 'portal',
    summary: 'Where links to the portal lead',
    scope: 'public',
    access: 'read',
  } as const
  return route({ ...about, method: 'GET', path: '/portal', answers: { 200: null } }, async () => ({
    status: 200,
    content: { type: 'text/html; charset=utf-8', bytes: page },
    headers: {
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }))
}
