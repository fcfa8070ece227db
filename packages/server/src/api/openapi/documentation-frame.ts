import { createHash } from 'node:crypto'
import { html, type Html } from './html.ts'

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dce3, #333a45); --soft: light-dark(#f5f6f8, #1b1f26); --ink: light-dark(#1c2128, #e6e9ee);
  --quiet: light-dark(#555f6d, #9aa5b5); --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #12151a); }
.frame { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2rem; max-width: 78rem; margin: 0 auto; padding: 0 1.5rem; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 0; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav a { display: block; padding: .25rem 0; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
main { padding: 1.5rem 0 6rem; min-width: 0; }
h1 { font-size: 1.75rem; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; }
summary { padding: .6rem .8rem; cursor: pointer; display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
details > div { padding: 0 .8rem .8rem; border-top: 1px solid var(--line); }
code, pre { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .75rem; border-radius: .5rem; overflow: auto; white-space: pre-wrap; }
.method { font-weight: 700; min-width: 4.5rem; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
@media (max-width: 50rem) { .frame { grid-template-columns: minmax(0, 1fr); } nav { position: static; height: auto; } }
.badge { font-size: .8rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; }
section { border-top: 1px solid var(--line); padding-top: .5rem; }
section > h3 { font-size: 1.1rem; }
h3 code { font-size: 1.05rem; font-weight: 700; }
summary::before { content: '▸'; color: var(--quiet); }
details[open] > summary::before { content: '▾'; }
@media print {
  nav { display: none; }
  .frame { display: block; padding: 0; }
  body { color: #000; background: #fff; font-size: 11pt; }
  details { border: 0; }
  details::details-content { content-visibility: visible; block-size: auto; }
  pre, tr { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
}
`

/** The pages run nothing, and load nothing but this style. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A page of the documentation: its contents beside it, no script, no file of its own. */
export function documentationFrame({ title, contents, main }: { title: string; contents: Html; main: Html }): string {
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>${title}</title>
          ${html.raw(`<style>${style}</style>`)}
        </head>
        <body>
          <div class="frame">
            <nav aria-label="Contents">${contents}</nav>
            <main id="top">${main}</main>
          </div>
        </body>
      </html>`,
  )
}

/** The way to the other pages, for the top of the contents. */
export const documentationPages = html`<ul>
  <li><a href="/docs">API</a></li>
  <li><a href="/docs/events">Events</a></li>
  <li><a href="/docs/payloads">Payloads</a></li>
</ul>`
