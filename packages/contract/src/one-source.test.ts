import { describe, expect, test } from 'vitest'
import { endpointUpdate } from './endpoint/endpoint.ts'
import { parseFlowDefinition, flowDefinitionFaults } from './flow/flow-definition-faults.ts'
import { stepSchemas } from './flow/steps.ts'

/** A rule that endpoints and steps share stands once, so neither takes what the other refuses. */
const url = 'https://receiver.example/hook'
const byEndpoint = (fields: object) => endpointUpdate.safeParse({ url, ...fields }).success
const definition = (step: object) => ({ name: 'a', trigger: { kind: 'job' }, steps: [step] })
const byStep = (fields: object) => parseFlowDefinition(definition({ id: 'a', kind: 'send_webhook', url, ...fields })).ok

describe('endpoints and send_webhook', () => {
  test.each([
    [{ success: '2xx' }, true],
    [{ success: [200, 599] }, true],
    [{ success: [199] }, false],
    [{ success: [100] }, false],
    [{ success: [600] }, false],
    [{ success: [] }, false],
    [{ success: Array(51).fill(200) }, false],
    [{ retryPolicy: 'standard' }, true],
    [{ retryPolicy: 'invoice' }, true],
    [{ retryPolicy: 'step' }, true],
    [{ retryPolicy: 'hourly' }, false],
    [{ retryPolicy: { waitsSeconds: [1, 86_400], jitter: 1 } }, true],
    [{ retryPolicy: { waitsSeconds: [] } }, true],
    [{ retryPolicy: { waitsSeconds: [0] } }, false],
    [{ retryPolicy: { waitsSeconds: [86_401] } }, false],
    [{ retryPolicy: { waitsSeconds: [1.5] } }, false],
    [{ retryPolicy: { waitsSeconds: Array(101).fill(1) } }, false],
    [{ retryPolicy: { waitsSeconds: [1], jitter: 1.1 } }, false],
    [{ retryPolicy: { waitsMs: [1000] } }, false],
    [{ timeoutMs: 100 }, true],
    [{ timeoutMs: 60_000 }, true],
    [{ timeoutMs: 99 }, false],
    [{ timeoutMs: 60_001 }, false],
  ])('judge %j alike', (fields, good) => {
    expect([byEndpoint(fields), byStep(fields)]).toEqual([good, good])
  })

  test.each(['standard', 'svix', 'hex', 'plain', ''])('know the same signing profiles: %s', (profile) => {
    expect(byEndpoint({ signing: profile })).toBe(byStep({ signing: { profile, secret: '{{ secrets.a }}' } }))
  })
})

const timed = ['transform', 'code', 'validate', 'delay', 'for_each', 'send_webhook', 'http_request', 'save_entry', 'load_entry']
test.each(Object.keys(stepSchemas).filter((kind) => !timed.includes(kind)))(
  'a step of kind %s has no timeoutMs, which nothing would read',
  (kind) => {
    const faults = flowDefinitionFaults(
      definition({ id: 'a', kind, timeoutMs: 1000, if: true, meta: {}, expression: '1', eventType: 'a.b' }),
    )
    expect(faults.find(({ pointer }) => pointer === '/steps/0/timeoutMs')).toMatchObject({
      code: 'unknown_field',
      message: expect.stringMatching(/"timeoutMs" is not a field of .*"timeoutMs" is read by /),
    })
  },
)
