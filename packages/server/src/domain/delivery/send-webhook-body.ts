import type { Fault } from './step-delivery.ts'

/** What the Send Webhook step says about the run that reached it. */
export interface SendWebhookBody {
  /** The delivery's id: the same over all attempts, so that the receiver can deduplicate. */
  readonly deliveryId: string
  /** The step's event name; empty if it has none. */
  readonly event: string
  readonly runId: string
  /** The entry that the run works on; null: none. */
  readonly entryId: string | null
  readonly applicationId: string
  /** The job's key: the caller's, or the trigger's deduplication id, or the run's id. */
  readonly key: string
  /** JSON text of an object, as the run keeps it: numbers beyond 2^53 stay exact. */
  readonly metaJson: string
  readonly faults: readonly Fault[]
}

/** The body of the step, in the founding document's names and order. */
export function sendWebhookBytes(body: SendWebhookBody): Uint8Array {
  const head = JSON.stringify({
    id: body.deliveryId,
    event: body.event,
    transform_job_id: body.runId,
    silo_entry_id: body.entryId ?? '',
    owner_id: body.applicationId,
    key: body.key,
  })
  return Buffer.from(`${head.slice(0, -1)},"meta":${body.metaJson},"faults":${JSON.stringify(body.faults)}}`)
}

/** The sample that documentation and the console show, written by the real serialiser so that it cannot drift from what is sent. */
export function sampleSendWebhookBody(event = 'invoice_sent'): string {
  const bytes = sendWebhookBytes({
    deliveryId: 'dlv_01hq3Zc0vYkqT7mB5nXw2A',
    event,
    runId: 'run_01hq3Zc0vYkqT7mB5nXw1B',
    entryId: 'entry_01hq3Zc0vYkqT7mB5nXw0C',
    applicationId: 'app_01hq3Zc0vYkqT7mB5nXw3D',
    key: 'order-1042',
    metaJson: '{"total":"119.00"}',
    faults: [{ provider: 'http_request', step_id: 'lookup', code: 'http_503', message: 'The receiver answered 503.', paths: [] }],
  })
  return JSON.stringify(JSON.parse(Buffer.from(bytes).toString()), null, 2)
}
