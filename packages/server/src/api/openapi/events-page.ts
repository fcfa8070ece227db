import { setImmediate } from 'node:timers/promises'
import { envelopeBytes } from '#domain'
import type { StoredEventType, ShownEventType } from '#store'
import { schemaVersions, shownExample } from '../event-type/example-of.ts'
import { documentationFrame, documentationPages } from './documentation-frame.ts'
import { html, type Html } from './html.ts'
import { schemaFields } from './schema-html.ts'
import { shownSchema } from './shown-schema.ts'

/** Of one example, or of the schemas of one event type. */
export const SHOWN_BYTES_MAX = 32 * 1024
/** Beyond that an event type is named and described only: a browser shows no more, and nobody reads it. */
const PAGE_CHARACTERS_MAX = 4 * 1024 * 1024
/** So much is written in a few milliseconds. */
const CHARACTERS_AT_ONCE = 64 * 1024

/**
 * Every event type that customers may know of, by groups: what it means, what stands in it, and how it looks. Written in portions, because
 * anybody may ask for the page, and others have their turn between two of them.
 */
export async function eventsPage(rows: readonly ShownEventType[], more: boolean): Promise<string> {
  const written = new Map<ShownEventType, Html>()
  let [characters, since] = [0, 0]
  for (const row of rows) {
    const section = eventHtml(row, characters < PAGE_CHARACTERS_MAX)
    written.set(row, section)
    characters += section.length
    since += section.length
    if (since < CHARACTERS_AT_ONCE) continue
    since = 0
    await setImmediate()
  }
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
            ${types.map((row) => written.get(row))}`,
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
function groupOf({ name, group_name }: ShownEventType): string {
  if (group_name !== null && group_name !== '') return group_name
  const noun = (name.split('.')[0] ?? name).replaceAll(/[_-]+/g, ' ')
  return noun.charAt(0).toUpperCase() + noun.slice(1)
}

function eventHtml(row: ShownEventType, whole: boolean): Html {
  return html`<section id="${row.name}">
    <h3><code>${row.name}</code>${row.deprecated === 1 && html` <span class="badge">deprecated</span>`}</h3>
    ${row.description !== '' && html`<p>${row.description}</p>`} ${whole && contentHtml(row)}
  </section>`
}

function contentHtml(row: ShownEventType): Html {
  const [newest, ...older] = schemaVersions(row.schemas)
  const example = row.example_large === 1 ? undefined : shownExample(row)
  return html`${
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
  ${(row.example_large === 1 || row.schemas_large === 1) && tooLarge(row)}`
}

function tooLarge({ example_large, schemas_large }: ShownEventType): Html {
  const names = [...(example_large === 1 ? ['example'] : []), ...(schemas_large === 1 ? ['schema'] : [])]
  return html`<p class="quiet">The ${names.join(' and ')} of this event type would fill the page; the API gives all of it.</p>`
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
export function exampleBody(row: Pick<StoredEventType, 'name' | 'example' | 'schemas'>): string {
  const data = Buffer.from(JSON.stringify(shownExample(row) ?? {}))
  const envelope = { id: 'evt_01hq3Zc0vYkqT7mB5nXw2A', type: row.name, createdAt: Date.UTC(2026, 2, 12, 14, 3), businessId: 'shop', data }
  return Buffer.from(envelopeBytes(envelope)).toString('utf8')
}
