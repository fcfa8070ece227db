import { Webhook as StandardWebhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { openHouse, startReceiver, status } from '../../../../test/support/delivery-house.ts'

it('R59, R60: sends a message the moment it is accepted, and a 2xx is a delivery', async () => {
  await using receiver = await startReceiver(status(201))
  await using house = await openHouse()
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const endpoint = await house.endpoint({ url: receiver.url, secrets: [{ text: secret, expires_at: null }] })
  const { delivery, message } = await house.accept([endpoint], { payload: '{"amount": 1.0}' })
  await house.settles(1)
  const [got] = receiver.got
  expect(got!.body.toString()).toBe('{"amount": 1.0}')
  expect(got!.headers['webhook-id']).toBe(message)
  expect(new StandardWebhook(secret).verify(got!.body.toString(), got!.headers as Record<string, string>)).toEqual({ amount: 1 })
  expect(await house.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1, last_status: 201, next_at: null })
  expect(await house.tasks()).toEqual([])
})
