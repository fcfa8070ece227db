import { expect, test } from 'vitest'
import { startRecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json } from '../../../../../test/support/test-api.ts'

test('R22 R24: a step that has not ended is shown as its delivery and its run stand', async () => {
  await using receiver = await startRecordingReceiver(() => 503)
  const api = await startTestApi({}, { deliver: true })
  try {
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    const steps = [
      {
        ...{ id: 'each', kind: 'for_each', items: ['send', 'wait'], concurrency: 2 },
        steps: [
          {
            ...{ id: 'send', kind: 'send_webhook', when: "{{ item == 'send' }}", url: `${receiver.url}/hook` },
            retryPolicy: { waitsSeconds: [3600] },
          },
          { id: 'wait', kind: 'delay', for: 3600 },
        ],
      },
    ]
    await api.call('POST /app/shop/flow', { body: { uid: 'sends', name: 'Sends', trigger: { kind: 'job' }, steps } })
    await api.call('POST /app/shop/flow/sends/publish')
    const { id } = (await api.call('POST /app/shop/run', { body: { flow: 'sends' } })).body
    const statuses = ({ steps: records }: Json) => {
      const all = records as unknown as { id: string; item: number[] | null; status: string }[]
      return all.map((step) => [step.id, step.item?.[0], step.status])
    }
    const shown = async () => statuses((await api.call(`GET /app/shop/run/${String(id)}`)).body)
    const left = (send: string, others: string) => [
      ...[
        ['each', undefined, others],
        ['send', 0, send],
        ['send', 1, 'SKIP'],
        ['wait', 1, others],
      ],
    ]
    await expect.poll(shown).toEqual(left('ERR', 'RUN'))
    const sending = async () => {
      const { body } = await api.call(`GET /app/shop/run/${String(id)}/step`)
      const records = body['data'] as unknown as { id: string; status: string; deliveryId: string; waitsUntil: string }[]
      return records.find((step) => step.id === 'send' && step.status !== 'SKIP')!
    }
    const before = await sending()
    expect(before).toMatchObject({ status: 'ERR', code: 'http_503', waitsUntil: expect.any(String) })
    const { body: delivery } = await api.call(`GET /app/shop/delivery/${before.deliveryId}`)
    expect(before.waitsUntil).toBe(delivery['nextAttempt'])
    const cancelled = (await api.call(`POST /app/shop/run/${String(id)}/cancel`)).body
    expect(statuses(cancelled)).toEqual(left('CANCEL', 'CANCEL'))
  } finally {
    await api.stop()
  }
})
