import { describeStore } from '../conformance/describe-store.ts'
import { openSqliteSubject } from './sqlite-subject.ts'

describeStore('SQLite', () => openSqliteSubject())
