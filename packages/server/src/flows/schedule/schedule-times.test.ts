import { describe, expect, test } from 'vitest'
import { nextMoment, scheduleFault, type Schedule } from './schedule-times.ts'

const schedule = (cron: string, timeZone?: string): Schedule => ({ kind: 'schedule', cron, ...(timeZone && { timeZone }) })

/** The moments after `after`, one after the other. */
async function moments(given: Schedule, after: string, count: number): Promise<(string | null)[]> {
  const found: (string | null)[] = []
  let at: number | null = Date.parse(after)
  while (found.length < count && at !== null) {
    at = await nextMoment(given, at)
    found.push(at === null ? null : new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe('the moments of a schedule', () => {
  test.each<[cron: string, zone: string | undefined, after: string, expected: string[]]>([
    ['0 6 * * 1-5', undefined, '2026-11-27T06:00:00Z', ['2026-11-30T06:00', '2026-12-01T06:00']],
    ['*/15 * * * *', 'Asia/Kathmandu', '2026-11-29T12:01:00Z', ['2026-11-29T12:15', '2026-11-29T12:30']],
    ['0 6 * * *', 'Europe/Berlin', '2026-07-01T00:00:00Z', ['2026-07-01T04:00', '2026-07-02T04:00']],
    ['0 0 31 * *', undefined, '2026-01-31T00:00:00Z', ['2026-03-31T00:00', '2026-05-31T00:00']],
    ['0 12 29 2 *', undefined, '2026-01-01T00:00:00Z', ['2028-02-29T12:00', '2032-02-29T12:00']],
    ['30 4 1 1 *', 'America/New_York', '2026-11-29T00:00:00Z', ['2027-01-01T09:30', '2028-01-01T09:30']],
  ])('of "%s" in %s', async (cron, zone, after, expected) => {
    expect(await moments(schedule(cron, zone), after, expected.length)).toEqual(expected)
  })

  test('a time of day that the change of the clocks leaves out comes when they have gone on, and once', async () => {
    // Berlin, 2026-03-29: 02:00 becomes 03:00.
    expect(await moments(schedule('30 2 * * *', 'Europe/Berlin'), '2026-03-27T12:00:00Z', 4)).toEqual([
      ...['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30'],
    ])
  })

  test('a time of day that comes twice counts once', async () => {
    // Berlin, 2026-10-25: 03:00 becomes 02:00. New York, 2026-11-01: 02:00 becomes 01:00.
    expect(await moments(schedule('30 2 * * *', 'Europe/Berlin'), '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
    expect(await moments(schedule('30 1 * * *', 'America/New_York'), '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T05:30',
      '2026-11-02T06:30',
    ])
  })

  test('what is said by the hour or the minute goes by time that passes', async () => {
    expect(await moments(schedule('0 * * * *', 'Europe/Berlin'), '2026-10-24T23:00:00Z', 4)).toEqual([
      ...['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00', '2026-10-25T03:00'],
    ])
    expect(await moments(schedule('0 * * * *', 'Europe/Berlin'), '2026-03-28T23:00:00Z', 3)).toEqual([
      ...['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00'],
    ])
    expect(await moments(schedule('*/30 * * * *', 'America/New_York'), '2026-11-01T05:00:00Z', 4)).toEqual([
      ...['2026-11-01T05:30', '2026-11-01T06:00', '2026-11-01T06:30', '2026-11-01T07:00'],
    ])
  })

  test('each is later than the one before, over all changes of the clocks of a year', async () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca']) {
      for (const cron of ['30 2 * * *', '*/20 1-3 * * *', '15 * * * *']) {
        let at = Date.UTC(2026, 0, 1)
        for (let i = 0; i < 400; i++) {
          const next = (await nextMoment(schedule(cron, zone), at))!
          expect(next, `${cron} in ${zone} after ${new Date(at).toISOString()}`).toBeGreaterThan(at)
          at = next
        }
      }
    }
  })
})

describe('a schedule is refused', () => {
  test.each<[cron: string, zone: string | undefined, field: string, message: RegExp]>([
    ['0 6 * *', undefined, 'cron', /five fields/],
    ['0 0 6 * * *', undefined, 'cron', /five fields/],
    ['2026-12-24T18:00:00Z', undefined, 'cron', /five fields/],
    ['61 * * * *', undefined, 'cron', /minute goes from 0 to 59/],
    ['0 24 * * *', undefined, 'cron', /hour goes from 0 to 23/],
    ['0 0 32 * *', undefined, 'cron', /day of the month goes from 1 to 31/],
    ['0 0 0 * *', undefined, 'cron', /day of the month goes from 1 to 31/],
    ['0 0 * 0,13 *', undefined, 'cron', /month goes from 1 to 12/],
    ['0 0 * * 8', undefined, 'cron', /day of the week goes from 0 to 7/],
    ['0 6 * * monday-ish', undefined, 'cron', /./],
    ['0 0 30 2 *', undefined, 'cron', /No day of the calendar/],
    ['0 0 8-31 * +1#1,2#1,3#1,4#1,5#1,6#1,0#1', 'America/New_York', 'cron', /No day of the calendar/],
    ['0 6 * * *', 'Berlin', 'timeZone', /no time zone "Berlin"/],
    ['0 6 * * *', '', 'timeZone', /no time zone/],
  ])('"%s" in %s, with the field named', async (cron, zone, field, message) => {
    const fault = await scheduleFault({ ...schedule(cron), ...(zone !== undefined && { timeZone: zone }) })
    expect(fault).toMatchObject({ field, message: expect.stringMatching(message) })
  })
})
