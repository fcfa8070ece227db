import { describeStore } from '../conformance/describe-store.ts'
import { openThreadedSubject } from './threaded-subject.ts'

describeStore('SQLite on a thread', () => openThreadedSubject())
