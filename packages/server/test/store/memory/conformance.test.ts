import { describeStore } from '../conformance/describe-store.ts'
import { openModelSubject } from './model-subject.ts'

describeStore('the model', openModelSubject, { management: false })
