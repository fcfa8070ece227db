import type { JsonSchema, OpenApiDocument, OpenApiOperation } from '@posthorn/contract'
import { documentationFrame, documentationPages } from './documentation-frame.ts'
import { html, type Html } from './html.ts'
import { schemaFields, schemaWord } from './schema-html.ts'

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
  return documentationFrame({
    title: 'Posthorn API',
    contents: html`${documentationPages}
      <ul>
        <li><a href="#top">Posthorn API</a></li>
        ${[...byTag.keys()].map((tag) => html`<li><a href="#${tag}">${words(tag)}</a></li>`)}
        <li><a href="#schemas">Schemas</a></li>
      </ul>`,
    main: html`<h1>Posthorn API</h1>
      ${introduction}
      ${[...byTag].map(
        ([tag, described]) =>
          html`<h2 id="${tag}">${words(tag)}</h2>
            ${described.map(operationHtml)}`,
      )}
      <h2 id="schemas">Schemas</h2>
      ${schemas.map(([name, schema]) => schemaHtml(name, schema))}`,
  })
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
