import { afterAll, beforeAll } from 'vitest'
import { describeStore } from '../conformance/describe-store.ts'
import { createPostgresSubjects, type PostgresSubjects } from './postgres-subject.ts'

let subjects: PostgresSubjects
beforeAll(async () => {
  subjects = await createPostgresSubjects()
})
afterAll(() => subjects.drop())

describeStore('PostgreSQL', () => subjects.open())
