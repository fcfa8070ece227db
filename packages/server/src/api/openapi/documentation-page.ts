import { createHash } from 'node:crypto'
import type { JsonSchema, OpenApiDocument, OpenApiOperation } from '@posthorn/contract'
import { html, type Html } from './html.ts'
import { schemaFields, schemaWord } from './schema-html.ts'

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
`

export const documentationStyleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`

interface Described {
  readonly method: string
  readonly path: string
  readonly operation: OpenApiOperation
}

/** The whole description on one page: no script, no file beside it. */
export function documentationPage(document: OpenApiDocument): string {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Described => ({ method: method.toUpperCase(), path, operation })),
  )
  const byTag = Map.groupBy(all, ({ operation }) => operation.tags[0] ?? '')
  const schemas = Object.entries(document.components.schemas)
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Posthorn API</title>
        ${html.raw(`<style>${style}</style>`)}
      </head>
      <body>
        <div class="frame">
          <nav aria-label="Contents">
            <ul>
              <li><a href="#top">Posthorn API</a></li>
              ${[...byTag.keys()].map((tag) => html`<li><a href="#${tag}">${words(tag)}</a></li>`)}
              <li><a href="#schemas">Schemas</a></li>
            </ul>
          </nav>
          <main id="top">
            <h1>Posthorn API</h1>
            ${introduction}
            ${[...byTag].map(
              ([tag, described]) =>
                html`<h2 id="${tag}">${words(tag)}</h2>
                  ${described.map(operationHtml)}`,
            )}
            <h2 id="schemas">Schemas</h2>
            ${schemas.map(([name, schema]) => schemaHtml(name, schema))}
          </main>
        </div>
      </body>
    </html>`
  return String(page)
}

const introduction = html`<p>For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
  <pre>curl -H "Authorization: Bearer phk_..." http://localhost:8400/api/v1/app</pre>
  <p>
    Paths take an id or your own uid. Lists answer <code>{ data, iterator, prevIterator, done }</code>; give <code>iterator</code> to go on,
    or <code>prevIterator</code> to go back. POST takes an <code>Idempotency-Key</code>: the same key and body answer as the first call did.
    Failures answer with a <code>code</code> that never changes its meaning, a sentence, and for each wrong field a JSON pointer.
  </p>`

function operationHtml({ method, path, operation }: Described): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  const body = requestBody && Object.values(requestBody.content)[0]?.schema
  return html`<details id="${operationId}">
    <summary><code class="method">${method}</code><code>${path}</code><span class="quiet">${summary}</span></summary>
    <div>
      <p class="quiet">${description} <code>${operationId}</code></p>
      ${
        parameters.length > 0 &&
        html`<h3>Parameters</h3>
          <table>
            ${parameters.map(
              (one) =>
                html`<tr>
                  <td><code>${one.name}</code></td>
                  <td>${one.in}${one.required ? ', required' : ''}</td>
                  <td>${schemaWord(one.schema)} <span class="quiet">${one.description ?? ''}</span></td>
                </tr>`,
            )}
          </table>`
      }
      ${
        body &&
        html`<h3>Body</h3>
          <p>${schemaWord(body)}</p>`
      }
      <h3>Answers</h3>
      <table>
        ${Object.entries(responses).map(
          ([status, response]) =>
            html`<tr>
              <td><code>${status}</code></td>
              <td>${answerWord(response)}</td>
            </tr>`,
        )}
      </table>
    </div>
  </details>`
}

function answerWord(response: {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
}): Html {
  if (response.$ref !== undefined)
    return schemaWord({ $ref: `#/components/schemas/${response.$ref.endsWith('Invalid') ? 'InvalidProblem' : 'Problem'}` })
  const [type, content] = Object.entries(response.content ?? {})[0] ?? []
  if (!content) return html`no body`
  return type === 'application/json' ? schemaWord(content.schema) : html`${type}`
}

function schemaHtml(name: string, schema: JsonSchema): Html {
  return html`<details id="schema-${name}">
    <summary><code class="method">${name}</code></summary>
    <div>${schemaFields(schema)}</div>
  </details>`
}

function words(tag: string): string {
  const text = tag.replaceAll('-', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
