/** For tests only: what stands in for the plumbing, and learns what happens. */
export { type FakeClock, createFakeClock } from './fake-clock.ts'
export { createCollectingLog, silentLog } from './logs.ts'
export { createSeededRandom } from './seeded-random.ts'
