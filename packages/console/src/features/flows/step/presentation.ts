import type { ConnectionOut, StepKindOut } from '@posthorn/sdk'

/** How a field of a step is edited. */
export type Widget = 'template' | 'expression' | 'body' | 'json' | 'headers' | 'status' | 'number' | 'method' | 'texts' | 'connection'

export interface FieldLook {
  readonly name: string
  readonly label: string
  readonly widget: Widget
  readonly optional: boolean
  readonly hint: string
  readonly placeholder?: string
  /** Folded away at first. */
  readonly more: boolean
}

interface KindLook {
  /** What a new one is made of, beside id and kind. */
  readonly fresh: Readonly<Record<string, unknown>>
  /** The field whose value says what the step does, in one line. */
  readonly substance?: string
}

/** What a form needs beside the words, the order and the schema of a kind, which are the server's (`GET /step-kind`). */
const kindLooks: Readonly<Record<string, KindLook>> = {
  webhook_response: { fresh: { status: 200, body: { ok: true } }, substance: 'status' },
  send_webhook: { fresh: { url: '' }, substance: 'url' },
  emit_event: { fresh: { eventType: '', payload: {} }, substance: 'eventType' },
  transform: { fresh: { expression: 'body' }, substance: 'expression' },
  set_meta: { fresh: { meta: {} }, substance: 'meta' },
  validate: { fresh: { schema: { type: 'object' } } },
  code: { fresh: { source: 'return body' }, substance: 'source' },
  save_entry: { fresh: { document: '{{ body }}' }, substance: 'key' },
  load_entry: { fresh: { entry: '' }, substance: 'entry' },
  branch: { fresh: { if: '{{ true }}', then: [], else: [] }, substance: 'if' },
  filter: { fresh: { if: '{{ true }}' }, substance: 'if' },
  delay: { fresh: { for: 'PT1M' }, substance: 'for' },
  for_each: { fresh: { items: '{{ body }}', steps: [] }, substance: 'items' },
  stop: { fresh: {} },
  fail: { fresh: { code: 'refused' }, substance: 'code' },
  http_request: { fresh: { method: 'GET', url: '' }, substance: 'url' },
}

/** Where the form of a field does not follow from what it takes. */
const widgets: Readonly<Record<string, Widget>> = {
  'webhook_response.status': 'status',
  'webhook_response.body': 'body',
  'http_request.method': 'method',
  'http_request.system': 'connection',
}

const placeholders: Readonly<Record<string, string>> = {
  'webhook_response.statusOverride': '{{ body.code }}',
  'send_webhook.url': 'https://example.com/hooks',
  'send_webhook.event': 'order_created',
  'emit_event.eventType': 'order.created',
  'save_entry.key': 'order-{{ body.id }}',
  'http_request.system': 'a connection, or empty',
  'branch.if': '{{ body.amount > 1000 }}',
  'filter.if': '{{ body.paid }}',
  'delay.for': 'PT10M',
  'delay.until': '{{ body.dueAt }}',
  'for_each.items': '{{ body.lines }}',
  'fail.code': 'no_stock',
}

/** What few steps need. */
const folded = new Set([
  ...['signing', 'success', 'retryPolicy', 'timeoutMs', 'totalTimeoutMs', 'templatedHost'],
  ...['eventId', 'channels', 'tags', 'keepDays', 'bodyFormat', 'redirect', 'entry'],
])

/** How a kind's fields are asked for, in its order and words. */
export function fieldsOf({ kind, fields, schema }: StepKindOut): readonly FieldLook[] {
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, { readonly type?: string }>> }
  return fields.map(({ name, label, form, about, required }) => {
    const placeholder = placeholders[`${kind}.${name}`]
    return {
      ...{ name, label, optional: !required, hint: sentence(plain(about)), more: !required && folded.has(name) },
      widget: widgets[`${kind}.${name}`] ?? widgetOf({ name, form, type: properties[name]?.type }),
      ...(placeholder !== undefined && { placeholder }),
    }
  })
}

function widgetOf({ name, form, type }: { readonly name: string; readonly form: string; readonly type: string | undefined }): Widget {
  if (form === 'expression' || form === 'code') return 'expression'
  if (form === 'condition') return 'template'
  if (name === 'headers') return 'headers'
  if (type === 'array') return 'texts'
  if (type === 'integer' || type === 'number') return 'number'
  // What takes any JSON takes a text in quotes.
  if (form === 'json' || type === 'object') return name === 'items' ? 'template' : 'json'
  return form === 'template' || type === 'string' ? 'template' : 'json'
}

/** Markdown of one line, as text: hints have no links. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')
}

/** Hints stand by themselves. */
function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`
}

export function substanceField(kind: string): string | undefined {
  return kindLooks[kind]?.substance
}

/** What Select System offers: what a flow starts with, every kind of step that the server has, and the systems that it may call. */
export interface PaletteEntry {
  readonly kind: string
  readonly label: string
  readonly section: string
  readonly about: string
  /** What a new one is made of, beside id and kind. */
  readonly fresh: Readonly<Record<string, unknown>>
}

const webhook: PaletteEntry = {
  ...{ kind: 'webhook', label: 'Webhook', section: 'Built-in Function', about: 'Starts this flow when a request arrives', fresh: {} },
}

/** In the order that people know them in, then what this console does not know. */
export function paletteEntries(kinds: readonly StepKindOut[]): readonly PaletteEntry[] {
  const order = Object.keys(kindLooks)
  const placeOf = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length)
  const entries = kinds.map(({ kind, label, section, about, example }) => {
    const { id: _, kind: __, ...given } = example as Readonly<Record<string, unknown>>
    const text = plain(about)
    return { kind, label, section, about: text.charAt(0).toUpperCase() + text.slice(1), fresh: kindLooks[kind]?.fresh ?? given }
  })
  return [webhook, ...entries.toSorted((one, other) => placeOf(one.kind) - placeOf(other.kind))]
}

/** A call of a system that the application knows by name; `url` is what comes behind its address. */
export function systemEntry({ name, baseUrl }: ConnectionOut): PaletteEntry {
  const fresh = { method: 'GET', system: name, url: '/' }
  return { kind: 'http_request', label: name, section: 'Systems', about: baseUrl, fresh }
}
