import { afterAll, beforeAll, it } from 'vitest'
import { compareWithModel } from '../conformance/compare-with-model.ts'
import { createPostgresSubjects, type PostgresSubjects } from './postgres-subject.ts'

let subjects: PostgresSubjects
beforeAll(async () => {
  subjects = await createPostgresSubjects()
})
afterAll(() => subjects.drop())

const RUNS = Number(process.env['POSTHORN_TEST_RUNS'] ?? 40)

it('PostgreSQL answers and keeps what the model does, whatever is done in whatever order', { timeout: RUNS * 5000 }, async () => {
  await compareWithModel(() => subjects.open(), RUNS)
})
