/** How a field of a step is edited. */
export type Widget = 'text' | 'template' | 'expression' | 'body' | 'json' | 'headers' | 'status' | 'number' | 'switch' | 'method' | 'texts'

export interface FieldLook {
  readonly name: string
  readonly label: string
  readonly widget: Widget
  readonly optional?: boolean
  readonly hint?: string
  readonly placeholder?: string
  /** Folded away at first. */
  readonly more?: boolean
}

export interface StepLook {
  readonly kind: string
  readonly section: 'Built-in Function' | 'Notify' | 'Data' | 'Logic' | 'Connect'
  readonly about: string
  readonly fields: readonly FieldLook[]
  /** What a new one is made of, beside id and kind. */
  readonly fresh: Readonly<Record<string, unknown>>
  /** The field whose value says what the step does, in one line. */
  readonly substance?: string
}

const sending: readonly FieldLook[] = [
  {
    name: 'retryPolicy',
    label: 'Retries',
    widget: 'json',
    optional: true,
    more: true,
    hint: '"step", "standard", "invoice", or { "waitsSeconds": [60, 300] }.',
  },
  {
    name: 'success',
    label: 'Success',
    widget: 'json',
    optional: true,
    more: true,
    hint: '"2xx", or the statuses that count, for example [200, 204].',
  },
  { name: 'timeoutMs', label: 'Deadline of an attempt', widget: 'number', optional: true, more: true, hint: 'In milliseconds.' },
]

/** Order, labels and words of every kind of step. The server checks what is written; this table only says how it is asked for. */
const stepLooks: readonly StepLook[] = [
  {
    kind: 'webhook_response',
    section: 'Built-in Function',
    about: 'Answers the caller: status, headers, body',
    fields: [
      { name: 'status', label: 'Status Code', widget: 'status' },
      {
        name: 'statusOverride',
        label: 'Override status code',
        widget: 'template',
        placeholder: '{{ body.code }}',
        optional: true,
        hint: 'A number from 200 to 599. Empty or false: the status above.',
      },
      { name: 'headers', label: 'Headers', widget: 'headers', optional: true },
      { name: 'body', label: 'Custom Response Body', widget: 'body', optional: true, hint: 'With 204 no body is sent.' },
    ],
    fresh: { status: 200, body: { ok: true } },
    substance: 'status',
  },
  {
    kind: 'send_webhook',
    section: 'Notify',
    about: 'POST to one URL, wait for 200 or 204',
    fields: [
      {
        name: 'url',
        label: 'Webhook URL',
        widget: 'text',
        placeholder: 'https://example.com/hooks',
        hint: 'Never put a token into the URL. Use the bearer token or a header.',
      },
      { name: 'event', label: 'Event', widget: 'text', optional: true, placeholder: 'order_created', hint: 'Stands in the body as event.' },
      {
        name: 'bearerToken',
        label: 'Bearer token',
        widget: 'text',
        optional: true,
        hint: 'A literal token becomes a secret when it is saved.',
      },
      { name: 'headers', label: 'Custom headers', widget: 'headers', optional: true },
      {
        name: 'signing',
        label: 'Signing',
        widget: 'json',
        optional: true,
        more: true,
        hint: '{ "profile": "standard", "secret": "{{ secrets.erp }}" }',
      },
      ...sending,
    ],
    fresh: { url: '' },
    substance: 'url',
  },
  {
    kind: 'emit_event',
    section: 'Notify',
    about: 'A message to every subscribed endpoint',
    fields: [
      { name: 'eventType', label: 'Event type', widget: 'text', placeholder: 'order.created' },
      { name: 'payload', label: 'Payload', widget: 'json', optional: true },
      { name: 'eventId', label: 'Event id', widget: 'text', optional: true, more: true, hint: 'The same id is never sent twice.' },
      { name: 'channels', label: 'Channels', widget: 'texts', optional: true, more: true, hint: 'Separated by commas.' },
    ],
    fresh: { eventType: '', payload: {} },
    substance: 'eventType',
  },
  {
    kind: 'transform',
    section: 'Data',
    about: 'Shape data with an expression',
    fields: [
      {
        name: 'expression',
        label: 'Expression',
        widget: 'expression',
        hint: 'JSONata over body, query, headers, steps, meta. Its result is the output.',
      },
    ],
    fresh: { expression: 'body' },
    substance: 'expression',
  },
  {
    kind: 'set_meta',
    section: 'Data',
    about: 'Remember values for later steps',
    fields: [{ name: 'meta', label: 'Values', widget: 'json', hint: 'An object. Texts may hold {{ }}.' }],
    fresh: { meta: {} },
    substance: 'meta',
  },
  {
    kind: 'validate',
    section: 'Data',
    about: 'Refuse what does not fit a JSON Schema',
    fields: [{ name: 'schema', label: 'JSON Schema', widget: 'json' }],
    fresh: { schema: { type: 'object' } },
  },
  {
    kind: 'code',
    section: 'Data',
    about: 'JavaScript in a sandbox',
    fields: [{ name: 'source', label: 'Source', widget: 'expression' }],
    fresh: { source: 'return body' },
    substance: 'source',
  },
  {
    kind: 'save_entry',
    section: 'Data',
    about: 'Keep a document in the silo',
    fields: [
      {
        name: 'key',
        label: 'Key',
        widget: 'text',
        optional: true,
        placeholder: 'order-{{ body.id }}',
        hint: 'Empty: a new entry each time.',
      },
      { name: 'document', label: 'Document', widget: 'json', optional: true },
      { name: 'tags', label: 'Tags', widget: 'texts', optional: true, more: true, hint: 'Separated by commas.' },
      { name: 'keepDays', label: 'Kept for days', widget: 'number', optional: true, more: true },
    ],
    fresh: { document: '{{ body }}' },
    substance: 'key',
  },
  {
    kind: 'load_entry',
    section: 'Data',
    about: 'Read a document of the silo',
    fields: [{ name: 'entry', label: 'Entry', widget: 'text' }],
    fresh: { entry: '' },
    substance: 'entry',
  },
  {
    kind: 'branch',
    section: 'Logic',
    about: 'Go on with one of two lists',
    fields: [
      {
        name: 'if',
        label: 'If',
        widget: 'template',
        placeholder: '{{ body.amount > 1000 }}',
        hint: 'Exactly one {{ }}. True takes the first list, false the second.',
      },
    ],
    fresh: { if: '{{ true }}', then: [], else: [] },
    substance: 'if',
  },
  {
    kind: 'filter',
    section: 'Logic',
    about: 'End quietly unless it holds',
    fields: [{ name: 'if', label: 'If', widget: 'template', placeholder: '{{ body.paid }}' }],
    fresh: { if: '{{ true }}' },
    substance: 'if',
  },
  {
    kind: 'delay',
    section: 'Logic',
    about: 'Wait before the next step',
    fields: [
      { name: 'for', label: 'For', widget: 'text', optional: true, placeholder: 'PT10M', hint: 'A duration such as PT10M, or seconds.' },
      { name: 'until', label: 'Until', widget: 'text', optional: true, placeholder: '{{ body.dueAt }}' },
    ],
    fresh: { for: 'PT1M' },
    substance: 'for',
  },
  {
    kind: 'for_each',
    section: 'Logic',
    about: 'The same steps for each item of a list',
    fields: [
      { name: 'items', label: 'Items', widget: 'template', placeholder: '{{ body.lines }}' },
      { name: 'concurrency', label: 'At the same time', widget: 'number', optional: true },
    ],
    fresh: { items: '{{ body }}', steps: [] },
    substance: 'items',
  },
  { kind: 'stop', section: 'Logic', about: 'End the run as OK', fields: [], fresh: {} },
  {
    kind: 'fail',
    section: 'Logic',
    about: 'End in KO with your own code',
    fields: [
      { name: 'code', label: 'Code', widget: 'text', optional: true, placeholder: 'no_stock' },
      { name: 'message', label: 'Message', widget: 'text', optional: true },
    ],
    fresh: { code: 'refused' },
    substance: 'code',
  },
  {
    kind: 'http_request',
    section: 'Connect',
    about: 'Any method, to any system',
    fields: [
      { name: 'method', label: 'HTTP Method', widget: 'method' },
      { name: 'system', label: 'System', widget: 'text', optional: true, placeholder: 'a connection, or empty' },
      { name: 'url', label: 'URL', widget: 'text' },
      { name: 'query', label: 'Query', widget: 'json', optional: true },
      { name: 'headers', label: 'Headers', widget: 'headers', optional: true },
      { name: 'body', label: 'Body', widget: 'json', optional: true },
      ...sending,
    ],
    fresh: { method: 'GET', url: '' },
    substance: 'url',
  },
]

export function lookOf(kind: string): StepLook | undefined {
  return stepLooks.find((look) => look.kind === kind)
}

/** What Select System offers: what a flow starts with, and every kind of step. */
export type PaletteEntry = Pick<StepLook, 'section' | 'about'> & ({ readonly kind: 'webhook' } | StepLook)

export const paletteEntries: readonly PaletteEntry[] = [
  { kind: 'webhook', section: 'Built-in Function', about: 'Starts this flow when a request arrives' },
  ...stepLooks,
]
