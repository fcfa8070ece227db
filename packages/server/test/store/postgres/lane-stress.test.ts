import { expect, it } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { stressLanes } from './lane-stress.ts'

/** `npm run chaos` asks for longer. */
const SECONDS = Number(process.env['POSTHORN_CHAOS_SECONDS'] ?? 6)

it(
  'lanes under stress: no deadlock, no double owner, nothing settled twice or late, nothing stranded',
  { timeout: 90_000 + SECONDS * 1000 },
  async () => {
    const { url, drop } = await freshDatabase()
    try {
      const { faults, work, errors } = await stressLanes({ url, seconds: SECONDS })
      expect(errors).toEqual({})
      expect(faults).toEqual({ deadlocks: 0, doubleOwners: 0, staleEpochs: 0, settledTwice: 0, lateSettles: 0, stranded: 0, unfinished: 0 })
      expect(work.deaths).toBeGreaterThan(0)
      expect(work.enqueued).toBeGreaterThan(1000)
    } finally {
      await drop()
    }
  },
)
