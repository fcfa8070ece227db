import { CodeView } from '../../ui/code-view.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Card, PageBody } from '../../ui/page.tsx'
import type { Listener } from './queries.ts'
import { sampleCurl } from './sample-curl.ts'

/** How a sender uses the listener. */
export function UseIt({ listener }: { readonly listener: Listener }) {
  const curl = sampleCurl(listener)
  return (
    <PageBody className="max-w-[56rem]">
      <Card title="Send a request">
        <div className="flex flex-col items-start gap-3">
          <div className="w-full">
            <CodeView text={curl} label="A request as a command" numbers={false} />
          </div>
          <CopyButton text={curl}>Copy</CopyButton>
          {listener.auth.kind !== 'none' && (
            <p className="text-text-2">Put the secret that you stored in the place of $SECRET. Posthorn does not show it again.</p>
          )}
        </div>
      </Card>
    </PageBody>
  )
}
