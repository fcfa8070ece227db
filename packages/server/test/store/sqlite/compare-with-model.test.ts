import { it } from 'vitest'
import { compareWithModel } from '../conformance/compare-with-model.ts'
import { openSqliteSubject } from './sqlite-subject.ts'

it('SQLite answers and keeps what the model does, whatever is done in whatever order', async () => {
  await compareWithModel(() => openSqliteSubject(), 60)
})

it('lanes that are forgotten and read again make no difference', async () => {
  await compareWithModel(() => openSqliteSubject({ idleLanesMax: 1 }), 40)
})

it('a transaction that fails leaves nothing behind in memory either: tried again, all is as the model says', async () => {
  await compareWithModel(() => openSqliteSubject({ flaky: true }), 60)
})
