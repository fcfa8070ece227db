/** What Posthorn tells its operator. The catalogue has each with the schema and an example of its `data`. */
export const operationalEventTypes = [
  'endpoint.created',
  'endpoint.updated',
  'endpoint.deleted',
  'endpoint.enabled',
  'endpoint.disabled',
  'message.attempt.failing',
  'message.attempt.exhausted',
  'message.attempt.recovered',
  'run.succeeded',
  'run.failed',
] as const
export type OperationalEventType = (typeof operationalEventTypes)[number]

export interface OperationalEventTypeContent {
  readonly name: OperationalEventType
  readonly description: string
  /** JSON Schema of `data`. */
  readonly schema: Readonly<Record<string, unknown>>
  /** A whole `data`. */
  readonly example: Readonly<Record<string, unknown>>
}

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const text = (description: string) => ({ type: 'string', description })
const textOrNull = (description: string) => ({ type: ['string', 'null'], description })
const time = (description: string) => ({ type: 'string', format: 'date-time', description })

const ofApplication: Properties = {
  applicationId: text('The application that it happened in.'),
  appId: text('The same, under the name that Svix has for it.'),
  appUid: textOrNull('Your own uid of the application.'),
}
const ofEndpoint: Properties = {
  ...ofApplication,
  endpointId: text('The endpoint.'),
  endpointUid: textOrNull('Your own uid of the endpoint.'),
}
const ofDisabledEndpoint: Properties = {
  ...ofEndpoint,
  failSince: { type: ['string', 'null'], format: 'date-time', description: 'When the failures began; null if a person disabled it.' },
  trigger: { type: 'string', enum: ['automatic', 'manual'], description: 'Whether failures disabled it, or a call of the API.' },
}
const ofAttempt: Properties = {
  ...ofEndpoint,
  msgId: text('The message.'),
  msgEventId: textOrNull('Your own id of the event.'),
  deliveryId: text('The delivery of the message to this endpoint.'),
  failure: textOrNull('Why the last attempt failed; null once it is delivered.'),
  lastAttempt: {
    type: ['object', 'null'],
    description: 'The attempt that this tells of; null if nothing could be sent.',
    properties: {
      id: text('The attempt.'),
      responseStatusCode: { type: 'integer', description: "The response's status; 0 if none came." },
      timestamp: time('When the attempt began.'),
    },
    required: ['id', 'responseStatusCode', 'timestamp'],
  },
}
const ofRun: Properties = {
  ...ofApplication,
  runId: text('The run.'),
  flowId: text('The flow that was run.'),
  flowVersion: { type: 'integer', description: 'The version of it.' },
  key: text("The run's key."),
  trigger: { type: 'string', enum: ['webhook', 'job', 'event', 'schedule'], description: 'What started it.' },
  requestId: textOrNull('The request that started it.'),
  errorCode: textOrNull('Why it failed; null if it succeeded.'),
  createdAt: time('When it was started.'),
  finishedAt: time('When it ended.'),
}

const application = {
  applicationId: 'app_06EVtO9zMaDjJr8uYk2SQw',
  appId: 'app_06EVtO9zMaDjJr8uYk2SQw',
  appUid: 'customer-42',
}
const endpoint = { ...application, endpointId: 'ep_06EVtOA1oUY0bTBfM7hC3n', endpointUid: 'billing' }
const attempt = (failure: string | null, responseStatusCode: number) => ({
  ...endpoint,
  msgId: 'msg_06EVtOAL4hC8vWzqR1kXbJ',
  msgEventId: 'inv-2026-0042',
  deliveryId: 'dlv_06EVtOAL4iQpT5nYd0mVcK',
  failure,
  lastAttempt: { id: 'atmpt_06EVtOBf2sG7xUeH9wLaZt', responseStatusCode, timestamp: '2026-11-22T04:30:00.000Z' },
})
const run = (errorCode: string | null) => ({
  ...application,
  runId: 'run_06EVtOAL4hC8vWzqR1kXbJ',
  flowId: 'flow_06EVtO9zMaDjJr8uYk2SQw',
  flowVersion: 3,
  key: 'order-1042',
  trigger: 'webhook',
  requestId: 'req_06EVtOAL4gB2kMnPq8sTvU',
  errorCode,
  createdAt: '2026-11-22T04:30:00.000Z',
  finishedAt: '2026-11-22T04:30:00.120Z',
})

export const operationalEventTypeContents: readonly OperationalEventTypeContent[] = [
  { name: 'endpoint.created', description: 'An endpoint was created.', schema: schemaOf(ofEndpoint), example: endpoint },
  {
    name: 'endpoint.updated',
    description: 'An endpoint, its headers or its signing secret were changed.',
    schema: schemaOf(ofEndpoint),
    example: endpoint,
  },
  { name: 'endpoint.deleted', description: 'An endpoint was deleted.', schema: schemaOf(ofEndpoint), example: endpoint },
  { name: 'endpoint.enabled', description: 'An endpoint that was disabled was enabled.', schema: schemaOf(ofEndpoint), example: endpoint },
  {
    name: 'endpoint.disabled',
    description: 'An endpoint was disabled: by its failures, by an answer 410, or by a call of the API.',
    schema: schemaOf(ofDisabledEndpoint),
    example: { ...endpoint, failSince: '2026-11-22T03:42:00.000Z', trigger: 'automatic' },
  },
  {
    name: 'message.attempt.failing',
    description: 'A message has failed for the fourth time at an endpoint. It is tried again.',
    schema: schemaOf(ofAttempt),
    example: attempt('http_503', 503),
  },
  {
    name: 'message.attempt.exhausted',
    description: 'A message has failed at an endpoint for good: no attempt follows unless somebody asks for it.',
    schema: schemaOf(ofAttempt),
    example: attempt('http_503', 503),
  },
  {
    name: 'message.attempt.recovered',
    description: 'A message was delivered to an endpoint after it had been failing.',
    schema: schemaOf(ofAttempt),
    example: attempt(null, 200),
  },
  { name: 'run.succeeded', description: 'A run of a flow ended as OK.', schema: schemaOf(ofRun), example: run(null) },
  { name: 'run.failed', description: 'A run of a flow ended as KO.', schema: schemaOf(ofRun), example: run('http_503') },
]

function schemaOf(properties: Properties): Readonly<Record<string, unknown>> {
  return { type: 'object', properties, required: Object.keys(properties) }
}
