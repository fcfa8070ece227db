import { describe, expect, test } from 'vitest'
import { isId, type IdPrefix } from '../ids.ts'
import { attemptData, disabledData, endpointData, operationalApplication, runData, type OperationalData } from './operational-event.ts'
import { operationalEventTypeContents, operationalEventTypes, type OperationalEventType } from './operational-catalogue.ts'

/** The application that each event names beside its own data. */
const application = { applicationId: operationalApplication.id, appId: operationalApplication.id, appUid: null }
const endpoint = { id: 'ep_1', uid: null }
const attempt = attemptData({
  ...{ endpoint, message: { id: 'msg_1', eventId: null }, deliveryId: 'dlv_1', failure: 'timeout' },
  attempt: { id: 'atmpt_1', status: null, startedAt: 0 },
})
const run = runData({
  ...{ id: 'run_1', flowId: 'flow_1', version: 1, key: 'k', trigger: 'job', requestId: null, errorCode: null },
  ...{ createdAt: 0, finishedAt: 1 },
})
const made: Readonly<Record<OperationalEventType, OperationalData>> = {
  'endpoint.created': endpointData(endpoint),
  'endpoint.updated': endpointData(endpoint),
  'endpoint.deleted': endpointData(endpoint),
  'endpoint.enabled': endpointData(endpoint),
  'endpoint.disabled': disabledData(endpoint, { trigger: 'manual', failSince: null }),
  'message.attempt.failing': attempt,
  'message.attempt.exhausted': attempt,
  'message.attempt.recovered': attempt,
  'run.succeeded': run,
  'run.failed': run,
}

describe('operational event types', () => {
  test('each is described once', () => {
    expect(operationalEventTypeContents.map(({ name }) => name)).toEqual(operationalEventTypes)
  })

  test.each(operationalEventTypeContents)('$name: schema and example have the fields that are reported', ({ name, schema, example }) => {
    const said = Object.keys({ ...application, ...made[name] }).toSorted()
    expect(Object.keys(example).toSorted()).toEqual(said)
    expect(Object.keys(schema['properties'] as object).toSorted()).toEqual(said)
    expect((schema['required'] as readonly string[]).toSorted()).toEqual(said)
  })

  test('the ids of the examples are ids', () => {
    const ids = operationalEventTypeContents
      .flatMap(({ example }) => [example, (example['lastAttempt'] ?? {}) as object])
      .flatMap((object) => Object.values(object).filter((value): value is string => typeof value === 'string' && /^[a-z]+_/.test(value)))
      .filter((value) => value !== 'http_503')
    for (const id of ids) expect(isId(id.slice(0, id.indexOf('_')) as IdPrefix, id), id).toBe(true)
    expect(ids.length).toBeGreaterThan(20)
  })

  test('an attempt that got no response has the status code 0, and one that was never made is null', () => {
    expect(attempt).toMatchObject({ lastAttempt: { responseStatusCode: 0, timestamp: '1970-01-01T00:00:00.000Z' } })
    const unsent = attemptData({ endpoint, message: { id: 'msg_1', eventId: 'e' }, deliveryId: 'dlv_1', failure: 'x', attempt: null })
    expect(unsent).toMatchObject({ lastAttempt: null, msgEventId: 'e' })
  })
})
