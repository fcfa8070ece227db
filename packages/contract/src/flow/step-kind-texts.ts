import type { FieldText, StepKindText } from './step-kind-text.ts'
import type { StepKind } from './steps.ts'

/** Fields that mean the same in every kind that has them. */
export const commonFieldTexts: Readonly<Record<string, FieldText>> = {
  timeoutMs: { label: 'Time limit', form: 'plain', about: 'Of the step, with all that it waits for. Then it is KO with `timeout`' },
  totalTimeoutMs: {
    label: 'Time limit of the step',
    form: 'plain',
    about: 'Of the step, with all attempts and the waits between them. Then it is KO with `timeout`',
  },
}

const headers: FieldText = {
  label: 'Custom headers',
  form: 'template',
  about:
    'Names and values, which may hold `{{ secrets.name }}`. A literal credential is moved to a named secret when the flow is saved. Headers of the connection and of signing are refused',
}
const bearerToken: FieldText = {
  label: 'Bearer token',
  form: 'template',
  about: 'Sent as `Authorization: Bearer ...`. A literal is moved to a named secret when the flow is saved',
}
const templatedHost: FieldText = {
  label: 'Templates in the host',
  form: 'plain',
  about: 'Lets `{{ }}` stand in the scheme or host of the URL too. Off, because then data decides where secrets go',
  otherwise: false,
}
const timeoutMs: FieldText = { label: 'Deadline of an attempt', form: 'plain', about: '100 to 60,000', otherwise: 10_000 }
const wholeStep: FieldText = {
  label: 'Time limit',
  form: 'plain',
  about: 'Milliseconds that the whole step may take: [time limits](#time-limits)',
}
const retries =
  '`step`: after 5, 10, 20, … 1,280 s, then each half hour, for 12 hours; `standard`, `invoice`, or `{ "waitsSeconds": [1, 60], "jitter": 0.2 }`'

/**
 * Every kind of step in words: what forms, the documentation and `GET /step-kind` show.
 *
 * @example stepKindTexts.transform.section // 'Data'
 */
export const stepKindTexts: Readonly<Record<StepKind, StepKindText>> = {
  webhook_response: {
    label: 'Webhook Response',
    section: 'Built-in Function',
    about: 'answers the waiting caller',
    output: '`{ status }`',
    fields: {
      status: { label: 'Status Code', form: 'plain', about: '200 to 599', otherwise: 200 },
      statusOverride: {
        label: 'Override status code',
        form: 'template',
        about: 'A number from 200 to 599 in place of `status`. Null, false and the empty text leave it at that',
      },
      headers: { label: 'Headers', form: 'template', about: 'Names and values; a list gives its name several times' },
      body: {
        label: 'Custom Response Body',
        form: 'json',
        about: 'JSON, or a text. With 204 none is sent',
        otherwise: { ok: true, runId: '{{ run.id }}' },
      },
      bodyFormat: {
        label: 'Body format',
        form: 'plain',
        about: '`json`, `text`, `xml`, or `base64` for the bytes that a text stands for. `auto`: a text is text, all else JSON',
        otherwise: 'auto',
      },
      entry: {
        label: 'Answer with an entry',
        form: 'template',
        about: 'The id or key of an entry, whose bytes are the body, under its own content type, in place of `body`',
      },
      redirect: {
        label: 'Redirect to',
        form: 'template',
        about: 'A URL, to which the caller is sent with 302, unless `status` is 301, 303, 307 or 308',
      },
      templatedHost,
    },
    example: { id: 'reply', kind: 'webhook_response', status: 201, body: { order: '{{ body.number }}' } },
    more: 'The reply leaves with the commit that holds everything up to it; later steps run behind it. A second one is `SKIP` with `already_answered`. Only flows that a listener starts may have one.',
  },
  send_webhook: {
    label: 'Send Webhook',
    section: 'Notify',
    about: "sends the run's notification to one URL, and waits for what becomes of it",
    output: '`{ status, body }` of the last answer',
    fields: {
      url: {
        label: 'Webhook URL',
        form: 'template',
        about:
          'Never put a token into the URL. Use the bearer token or a header. Path and query may be templated, and values are percent-encoded',
      },
      event: { label: 'Event', form: 'template', about: 'Stands in the body as `event`; 1,000 characters at most', otherwise: '' },
      bearerToken,
      headers: { ...headers, about: `${headers.about}. A \`Content-Type\` must be JSON's` },
      signing: {
        label: 'Signing',
        form: 'template',
        about: '`{ "profile": "standard", "secret": "{{ secrets.name }}" }`; `hex` and `svix` too',
      },
      success: { label: 'Success', form: 'plain', about: 'The statuses that mean success, or `"2xx"`', otherwise: [200, 204] },
      retryPolicy: {
        label: 'Retries',
        form: 'plain',
        about: `${retries}. A receiver may set the next wait with \`retry_in\` in its JSON: [receiving.md](receiving.md#retries)`,
        otherwise: 'step',
      },
      timeoutMs,
      totalTimeoutMs: wholeStep,
      templatedHost,
    },
    example: {
      id: 'notify',
      kind: 'send_webhook',
      url: 'https://erp.example.com/hook',
      event: 'order_created',
      bearerToken: '{{ secrets.erp }}',
    },
    more:
      "The body is `{ id, event, transform_job_id, silo_entry_id, owner_id, key, meta, faults }`: the delivery's id, the step's `event`, the ids of run, entry and application, the run's key, and what `set_meta` and failed steps left. Data gets there by `meta`. The console shows one as **Sample Body**, `GET /step-kind/send_webhook` in `sampleBody`.\n\n" +
      'The run is parked meanwhile and costs nothing but its row. The step is a [delivery](deliveries.md) with its attempts, in a lane of its own for all versions of the flow. The steps of other kinds, but `http_request`, are not tried again.',
  },
  emit_event: {
    label: 'Emit event',
    section: 'Notify',
    about: 'makes a message for every endpoint that subscribed',
    output: 'none',
    fields: {
      eventType: { label: 'Event type', form: 'template', about: 'Such as `order.created`' },
      payload: { label: 'Payload', form: 'json', about: "Any JSON; absent: the trigger's body" },
      eventId: {
        label: 'Event id',
        form: 'template',
        about:
          'Text of letters, digits, `-`, `_` and `.`, 256 at most, or a number; absent: one is made. Receivers know copies by it, so one that is the same in every run warns',
      },
      channels: {
        label: 'Channels',
        form: 'template',
        about: 'Up to 10. Endpoints that name channels get only what is sent on one of them',
      },
    },
    example: { id: 'tell', kind: 'emit_event', eventType: 'order.created', payload: { number: '{{ body.number }}' } },
    more: 'Sends an [envelope](receiving.md#what-arrives) around the payload, and starts the flows that wait for such an event.',
  },
  transform: {
    label: 'Transform',
    section: 'Data',
    about: 'shapes data with [JSONata](https://docs.jsonata.org/)',
    output: 'what the expression gives; null for nothing',
    fields: {
      expression: {
        label: 'Expression',
        form: 'expression',
        about: 'Reads `body`, `query`, `headers`, `steps`, `meta` and the other names of the mapping',
      },
      timeoutMs: wholeStep,
    },
    example: { id: 'total', kind: 'transform', expression: '$sum(body.lines.(price * quantity))' },
  },
  set_meta: {
    label: 'Set meta',
    section: 'Data',
    about: "adds fields to the run's meta, over those of the same name",
    output: 'what was added',
    fields: {
      meta: { label: 'Values', form: 'json', about: 'An object. Later steps read it as `meta`, and receivers of `send_webhook` get it' },
    },
    example: { id: 'note', kind: 'set_meta', meta: { number: '{{ body.number }}' } },
  },
  validate: {
    label: 'Validate',
    section: 'Data',
    about: 'is KO with `invalid` unless a value fits a [JSON Schema](https://json-schema.org/)',
    output: 'none',
    fields: {
      schema: {
        label: 'JSON Schema',
        form: 'plain',
        about: 'Draft 2020-12, and what draft 7 called otherwise; other keywords are refused when the flow is saved',
      },
      value: { label: 'Value', form: 'json', about: "Absent: the trigger's body" },
      timeoutMs: wholeStep,
    },
    example: {
      id: 'order',
      kind: 'validate',
      schema: { type: 'object', required: ['number'], properties: { number: { type: 'string' } } },
    },
    more: 'Its fault has the first mistake as message and up to 20 places in `paths`, as `body.lines[0].price`.',
  },
  code: {
    label: 'Code',
    section: 'Data',
    about: 'runs JavaScript: the body of a function that sees the names of the mapping',
    output: 'what it returns; null for nothing',
    fields: {
      source: {
        label: 'Source',
        form: 'code',
        about: 'Ends with `return`. What it returns is kept as JSON; a promise counts as what it becomes',
      },
      timeoutMs: wholeStep,
    },
    example: { id: 'total', kind: 'code', source: 'return body.lines.reduce((sum, line) => sum + line.price * line.quantity, 0)' },
    more: "It sees nothing of the machine: no network, files, timers or modules. Numbers are JavaScript's, so those beyond 2^53 lose digits; `transform` keeps them. It runs anew in a process that can be killed, so nothing is left of it for the next time.",
  },
  save_entry: {
    label: 'Save entry',
    section: 'Data',
    about: 'keeps a document in [the silo](#the-silo)',
    output: '`{ id, key, version }`',
    fields: {
      key: {
        label: 'Key',
        form: 'template',
        about: 'The document becomes the next version of the entry of this key; absent: a new entry each time',
      },
      document: { label: 'Document', form: 'json', about: "Absent: the trigger's body" },
      tags: { label: 'Tags', form: 'template', about: 'Up to 20, by which entries are found' },
      keepDays: { label: 'Keep for days', form: 'plain', about: 'Counted from its last version; absent: until it is deleted' },
      timeoutMs: wholeStep,
    },
    example: { id: 'keep', kind: 'save_entry', key: 'order-{{ body.number }}', tags: ['order'], keepDays: 90 },
    more: 'A step saves once, also if the process is killed just behind it. A try saves nothing.',
  },
  load_entry: {
    label: 'Load entry',
    section: 'Data',
    about: 'reads an entry of [the silo](#the-silo), or a file that came with a request',
    output: '`{ id, key, version, contentType, document }`',
    fields: { entry: { label: 'Entry', form: 'template', about: 'Its id or its key' }, timeoutMs: wholeStep },
    example: {
      id: 'order',
      kind: 'load_entry',
      entry: 'order-{{ body.number }}',
      next: [{ status: 'KO', code: 'entry_not_found', do: 'continue' }],
    },
    more: 'It is KO with `entry_not_found` where there is none. A file that is no JSON is text, or base64 with `encoding: "base64"` where it is no text.',
  },
  branch: {
    label: 'Branch',
    section: 'Logic',
    about: 'goes on with one of two lists, then behind itself',
    output: 'none; the code is `then` or `else`',
    fields: { if: { label: 'If', form: 'condition', about: 'True takes the steps in `then`, false those in `else`' } },
    example: { id: 'large', kind: 'branch', if: '{{ body.total > 1000 }}', then: [{ id: 'refuse', kind: 'fail', code: 'too_large' }] },
  },
  for_each: {
    label: 'For each',
    section: 'Logic',
    about: 'runs its steps once for each item of a list',
    output: 'a list with `{ status, code, output }` of each item',
    fields: {
      items: { label: 'Items', form: 'json', about: 'Exactly one `{{ }}` that reads a list, or a list; 1,000 items at most' },
      concurrency: {
        label: 'At a time',
        form: 'plain',
        about: 'So many items wait beside each other, 16 at most. Absent: one after the other',
      },
      timeoutMs: wholeStep,
    },
    example: {
      id: 'lines',
      kind: 'for_each',
      items: '{{ body.lines }}',
      concurrency: 4,
      steps: [{ id: 'reserve', kind: 'http_request', url: 'https://erp.example.com/reservation', body: { sku: '{{ item.sku }}' } }],
    },
    more:
      'Its `steps` see `item` and `index` (from 0), and of `steps` those of the same item. They may be of any kind, so a loop may wait, send, and loop again; where it stands is kept with the run, so after a crash it goes on with the same item. What items sent is kept with where they stand, in one commit, and is not made anew.\n\n' +
      'A KO that no row of `next` takes ends its item, and the others run all the same; then the loop is KO with `items_failed`. A `filter` ends its item, `stop` and `end` the run. The result of an item is that of the last of its steps that ran. A run with 5,000 steps behind it begins no further item.\n\n' +
      'With `concurrency: 4` four items are under way at a time: while one waits for its `send_webhook`, `http_request` or `delay`, the next ones begin, and each goes on as soon as what it waits for has come. The results stand in the order of the items, the records of their steps in the order in which they ended. What items do to `meta` and `faults` is done in that order, too. A run that ends inside of the loop gives up what its other items still wait for, in the commit of its end: whether it ended by itself, by its time or because it could not go on, nothing of it is sent afterwards. Loops within it run one item after the other, and a `concurrency` of theirs is refused (`nested_concurrency`): so one number says how much of a run is under way at a time.',
  },
  filter: {
    label: 'Filter',
    section: 'Logic',
    about: 'ends the run quietly, as ok, unless `if` holds',
    output: 'none; the code is `passed`, or `SKIP` with `filtered`',
    fields: { if: { label: 'If', form: 'condition', about: 'True goes on' } },
    example: { id: 'paid', kind: 'filter', if: '{{ body.paid }}' },
  },
  delay: {
    label: 'Delay',
    section: 'Logic',
    about: 'waits',
    output: 'none',
    fields: {
      for: {
        label: 'For',
        form: 'template',
        about: 'Seconds, or an ISO 8601 duration: `PT15M`, `P2DT12H`, `P1M`. Months are those of the calendar, in UTC',
      },
      until: {
        label: 'Until',
        form: 'template',
        about: 'In place of `for`: a moment with its zone (`2026-12-24T18:00:00Z`), or milliseconds since 1970',
      },
      timeoutMs: wholeStep,
    },
    example: { id: 'remind', kind: 'delay', until: '{{ body.dueAt }}' },
    more: '366 days at most; a moment that is over is no wait. The run is a row in the database meanwhile and nothing else, and goes on within a second or two of its moment, or as soon as a process runs again.',
  },
  stop: {
    label: 'Stop',
    section: 'Logic',
    about: 'ends the run, as ok',
    output: 'none',
    fields: {},
    example: { id: 'done', kind: 'stop' },
  },
  fail: {
    label: 'Fail',
    section: 'Logic',
    about: 'is KO',
    output: 'none',
    fields: {
      code: { label: 'Code', form: 'plain', about: 'Letters, digits, `_`, `.` and `-`', otherwise: 'failed' },
      message: { label: 'Message', form: 'template', about: 'For people' },
    },
    example: { id: 'refuse', kind: 'fail', code: 'no_stock', message: 'There is no {{ body.sku }} left.' },
  },
  http_request: {
    label: 'HTTP Request',
    section: 'Connect',
    about: 'sends an HTTP request, and waits for the answer',
    output: '`{ status, headers, body }`',
    fields: {
      method: { label: 'HTTP Method', form: 'plain', about: '`GET`, or `POST` if there is a `body`; `HEAD PUT PATCH DELETE OPTIONS` too' },
      system: { label: 'System', form: 'plain', about: 'The name of a [connection](#connections): its address and credentials' },
      url: {
        label: 'URL',
        form: 'template',
        about: 'Path and query may be templated, and values are percent-encoded. With `system`, a path such as `/stock`',
      },
      query: {
        label: 'Query',
        form: 'json',
        about: 'Names and values, percent-encoded; a list gives its name several times, null leaves it out',
      },
      bearerToken,
      headers,
      body: {
        label: 'Body',
        form: 'json',
        about:
          'JSON, unless a `Content-Type` of yours says something else: `application/x-www-form-urlencoded` makes a form of an object, any other type sends a text as it is',
      },
      success: { label: 'Success', form: 'plain', about: 'The statuses that mean success, or `"2xx"`', otherwise: '2xx' },
      retryPolicy: {
        label: 'Retries',
        form: 'plain',
        about: `${retries}. \`Retry-After\` is heeded, \`retry_in\` means nothing here`,
        otherwise: 'step',
      },
      timeoutMs,
      totalTimeoutMs: wholeStep,
      templatedHost,
    },
    example: {
      id: 'stock',
      kind: 'http_request',
      url: 'https://erp.example.com/stock',
      query: { sku: '{{ body.sku }}' },
      bearerToken: '{{ secrets.erp }}',
    },
    more:
      '`body` of the output is a value where the answer is JSON, else text, or base64 with `encoding: "base64"` where it is no text. An answer of more than 1 MiB makes the step KO with `response_too_large`.\n\n' +
      'The request is made **at least once**: after a crash, or where an answer was lost on the way, it is made once more. So each request but `GET`, `HEAD` and `OPTIONS` carries an `Idempotency-Key`, the same for all attempts of the step, unless you set one. The step itself ends once, with one of the answers.',
  },
}
