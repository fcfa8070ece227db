import { parentPort } from 'node:worker_threads'
import { openApiDocument } from '@posthorn/contract'
import { documentationPage } from './documentation-page.ts'

/** The description of the API as JSON and as a page. Both are made of the contract alone, and take a tenth of a second or two. */
export interface Description {
  readonly json: string
  readonly page: string
}

const document = openApiDocument()
parentPort!.postMessage({ json: JSON.stringify(document), page: documentationPage(document) } satisfies Description)
