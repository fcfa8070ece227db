import { expect, it } from 'vitest'
import type { FlowDefinition } from '@posthorn/contract'
import { compileFlow } from './compile.ts'
import { moveSecrets } from './move-secrets.ts'

it('R8: literal credentials leave the definition, wherever the step stands, and the flow still compiles', () => {
  const send = { kind: 'send_webhook' as const, url: 'https://a.example/' }
  const given: FlowDefinition = {
    name: 'a',
    trigger: { kind: 'job' },
    steps: [
      {
        id: 'b',
        kind: 'branch',
        if: true,
        then: [{ ...send, id: 'one', bearerToken: 'token-1', headers: { 'X-API-Key': 'key-1', 'X-Plain': 'plain' } }],
      },
      { ...send, id: 'two', bearerToken: '{{ secrets.own }}', signing: { profile: 'hex', secret: 'sign-1' } },
    ],
  }
  const before = structuredClone(given)
  const { definition, secrets } = moveSecrets(given, 'orders-flow')
  expect(secrets).toEqual([
    { name: 'orders_flow_one_token', value: 'token-1' },
    { name: 'orders_flow_one_X_API_Key', value: 'key-1' },
    { name: 'orders_flow_two_signing', value: 'sign-1' },
  ])
  const text = JSON.stringify(definition)
  for (const { value } of secrets) expect(text).not.toContain(value)
  expect(text).toContain('"X-Plain":"plain"')
  expect(given).toEqual(before)
  const compiled = compileFlow(definition)
  expect(compiled.ok && [...compiled.flow.secrets].sort((a, b) => a.localeCompare(b))).toEqual(
    ['orders_flow_one_token', 'orders_flow_one_X_API_Key', 'orders_flow_two_signing', 'own'].sort((a, b) => a.localeCompare(b)),
  )
  expect(moveSecrets(definition, 'x').secrets).toEqual([])
})
