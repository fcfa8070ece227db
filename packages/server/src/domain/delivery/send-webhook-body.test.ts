import { describe, expect, test } from 'vitest'
import { sampleSendWebhookBody, sendWebhookBytes, type SendWebhookBody } from './send-webhook-body.ts'

const body: SendWebhookBody = {
  deliveryId: 'dlv_1',
  event: 'invoice_sent',
  runId: 'run_1',
  entryId: 'entry_1',
  applicationId: 'app_1',
  key: 'order "1042"',
  metaJson: '{"total":12345678901234567890}',
  faults: [{ provider: 'http_request', step_id: 'look', code: 'timeout', message: 'Too slow.', paths: ['/a'] }],
}
const text = (change: Partial<SendWebhookBody> = {}) => Buffer.from(sendWebhookBytes({ ...body, ...change })).toString()

describe('the body of a Send Webhook step', () => {
  test("R14, R17, R20: its fields in the founding document's names and order, numbers of meta untouched", () => {
    expect(text()).toBe(
      '{"id":"dlv_1","event":"invoice_sent","transform_job_id":"run_1","silo_entry_id":"entry_1","owner_id":"app_1","key":"order \\"1042\\"",' +
        '"meta":{"total":12345678901234567890},"faults":[{"provider":"http_request","step_id":"look","code":"timeout","message":"Too slow.","paths":["/a"]}]}',
    )
  })

  test('R7, R16: an absent event or entry is an empty text, not left out', () => {
    expect(JSON.parse(text({ event: '', entryId: null, metaJson: '{}', faults: [] }))).toEqual({
      id: 'dlv_1',
      event: '',
      transform_job_id: 'run_1',
      silo_entry_id: '',
      owner_id: 'app_1',
      key: 'order "1042"',
      meta: {},
      faults: [],
    })
  })

  test('R12: the sample that is shown has the fields of what is sent', () => {
    const sample = JSON.parse(sampleSendWebhookBody('error')) as Record<string, unknown>
    expect(Object.keys(sample)).toEqual(Object.keys(JSON.parse(text()) as object))
    expect(sample['event']).toBe('error')
  })
})
