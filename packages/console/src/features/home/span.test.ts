import { expect, test } from 'vitest'
import { homeSearch } from './search.ts'
import { spanOf } from './span.ts'

const now = Date.parse('2026-03-10T14:25:30Z')

test('a range ends with the bar that holds this moment', () => {
  expect(spanOf({}, now)).toMatchObject({ bucket: 'hour', fold: 1, since: '2026-03-09T15:00:00.000Z', until: '2026-03-10T15:00:00.000Z' })
  expect(spanOf({ range: '1h' }, now)).toMatchObject({ bucket: 'minute', fold: 2, until: '2026-03-10T14:26:00.000Z' })
})

test('a stretch is looked at as finely as the API counts, in thirty bars at most', () => {
  const of = (after: string, before: string) => spanOf({ range: '7d', after: `2026-03-${after}Z`, before: `2026-03-${before}Z` }, now)
  expect(of('10T12:00:00', '10T12:10:00')).toMatchObject({ bucket: 'minute', fold: 1, since: '2026-03-10T12:00:00.000Z' })
  expect(of('10T08:00:00', '10T12:00:00')).toMatchObject({ bucket: 'minute', fold: 8, bar: 'by the 8 minutes in which they were made' })
  expect(of('08T00:00:00', '10T12:00:00')).toMatchObject({ bucket: 'hour', fold: 2, until: '2026-03-10T12:00:00.000Z' })
  expect(spanOf({ after: '2020-01-01T00:00:00Z', before: '2026-03-10T00:00:00Z' }, now)).toMatchObject({
    ...{ bucket: 'day', fold: 3, since: '2025-12-10T00:00:00.000Z' },
  })
})

test('what is no stretch is left out of the address', () => {
  const after = '2026-03-10T14:00:00.000Z'
  for (const raw of [{ after }, { before: after }, { after, before: after }, { after, before: 'soon' }])
    expect(homeSearch({ range: '7d', ...raw })).toEqual({ range: '7d' })
  expect(homeSearch({ after, before: '2026-03-10T15:00:00Z' })).toEqual({ after, before: '2026-03-10T15:00:00.000Z' })
})
