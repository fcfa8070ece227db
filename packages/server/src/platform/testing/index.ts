/** For tests only: what stands in for the plumbing, and is told what happens. */
export { type FakeClock, createFakeClock } from './fake-clock.ts'
export { createCollectingLog, silentLog } from './logs.ts'
export { createSeededRandom } from './seeded-random.ts'
