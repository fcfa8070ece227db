import { expect, test } from 'vitest'
import { changedParts } from './changed-parts.ts'

test('what differs is told step by step, the flow itself first', () => {
  const at = { before: null, after: null, pointer: '' }
  const changes = [
    { ...at, change: 'changed' as const, stepId: null, kind: null, field: 'name' },
    { ...at, change: 'moved' as const, stepId: 'notify', kind: 'send_webhook', field: null },
    { ...at, change: 'changed' as const, stepId: 'notify', kind: 'send_webhook', field: 'url' },
    { ...at, change: 'removed' as const, stepId: 'old', kind: 'stop', field: null },
  ]
  expect(changedParts(changes).map(({ stepId, kind, changes: of }) => [stepId, kind, of.map(({ change }) => change)])).toEqual([
    [null, null, ['changed']],
    ['notify', 'send_webhook', ['moved', 'changed']],
    ['old', 'stop', ['removed']],
  ])
})
