import { envelopeBytes } from '#domain'
import type { EventTypeTable } from '#store'
import { schemaVersions, shownExample } from '../event-type/example-of.ts'
import { documentationFrame, documentationPages } from './documentation-frame.ts'
import { html, type Html } from './html.ts'
import { schemaFields } from './schema-html.ts'
import { shownSchema } from './shown-schema.ts'

type Row = EventTypeTable

/** Every event type that customers are told of, by groups: what it means, what stands in it, and how it looks. */
export function eventsPage(rows: readonly Row[], more: boolean): string {
  const groups = [...Map.groupBy(rows, groupOf)].toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  return documentationFrame({
    title: 'Event types',
    contents: html`${documentationPages}
    ${groups.map(
      ([group, types]) =>
        html`<h3>${group}</h3>
          <ul>
            ${types.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}
          </ul>`,
    )}`,
    main: html`<h1>Event types</h1>
      ${rows.length === 0 ? nothing : introduction}
      ${groups.map(
        ([group, types]) =>
          html`<h2>${group}</h2>
            ${types.map(eventHtml)}`,
      )}
      ${more && html`<p class="quiet">There are more event types than this page shows; the API lists all of them.</p>`}`,
  })
}

const introduction = html`<p>
  What can happen, and what your endpoint is sent when it does. An endpoint chooses by name, by pattern (<code>invoice.*</code>), or takes
  all. How a request looks around its data, and how it is verified, stands under <a href="/docs/payloads">Payloads</a>.
</p>`
const nothing = html`<p>There are no event types yet.</p>`

/** Without a group of its own, an event type belongs to the first part of its name. */
function groupOf({ name, group_name }: Row): string {
  if (group_name !== null && group_name !== '') return group_name
  const noun = (name.split('.')[0] ?? name).replaceAll(/[_-]+/g, ' ')
  return noun.charAt(0).toUpperCase() + noun.slice(1)
}

function eventHtml(row: Row): Html {
  const [newest, ...older] = schemaVersions(row.schemas)
  const example = shownExample(row)
  return html`<section id="${row.name}">
    <h3><code>${row.name}</code>${row.deprecated === 1 && html` <span class="badge">deprecated</span>`}</h3>
    ${row.description !== '' && html`<p>${row.description}</p>`}
    ${
      newest &&
      html`<h4>Data${(older.length > 0 || newest.version !== '1') && html` <span class="quiet">version ${newest.version}</span>`}</h4>
        ${schemaTable(newest.schema)}`
    }
    ${
      example !== undefined &&
      html`<h4>Example</h4>
        <pre>${JSON.stringify(example, null, 2)}</pre>`
    }
    ${newest && schemaDetails(`JSON Schema, version ${newest.version}`, newest.schema)}
    ${older.map(({ version, schema }) => schemaDetails(`Version ${version}`, schema))}
  </section>`
}

function schemaTable(schema: Readonly<Record<string, unknown>>): Html {
  return schemaFields(shownSchema(schema))
}

function schemaDetails(title: string, schema: Readonly<Record<string, unknown>>): Html {
  return html`<details>
    <summary>${title}</summary>
    <div><pre>${JSON.stringify(schema, null, 2)}</pre></div>
  </details>`
}

/** What a receiver of the event would be sent, in an envelope. */
export function exampleBody(row: Pick<Row, 'name' | 'example' | 'schemas'>): string {
  const data = Buffer.from(JSON.stringify(shownExample(row) ?? {}))
  const envelope = { id: 'evt_01hq3Zc0vYkqT7mB5nXw2A', type: row.name, createdAt: Date.UTC(2026, 2, 12, 14, 3), businessId: 'shop', data }
  return Buffer.from(envelopeBytes(envelope)).toString('utf8')
}
