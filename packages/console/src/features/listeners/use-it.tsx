import { useQuery } from '@tanstack/react-query'
import { CodeView } from '../../ui/code-view.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Card, PageBody } from '../../ui/page.tsx'
import { authWords, type Listener } from './queries.ts'
import { passes, sampleCurl } from './sample-curl.ts'
import { systemsQuery } from './systems-query.ts'

/** How a sender uses the listener. */
export function UseIt({ listener }: { readonly listener: Listener }) {
  const system = useQuery(systemsQuery).data?.find(({ name }) => name === listener.system)
  const curl = sampleCurl(listener, system?.example)
  return (
    <PageBody className="max-w-[56rem]">
      <Card title="Send a request">
        <div className="flex flex-col items-start gap-3">
          <div className="w-full">
            <CodeView text={curl} label="A request as a command" numbers={false} />
          </div>
          <CopyButton text={curl}>Copy</CopyButton>
          <HowToProve listener={listener} />
        </div>
      </Card>
    </PageBody>
  )
}

/** What is to be done so that the command is taken. */
function HowToProve({ listener }: { readonly listener: Listener }) {
  if (listener.auth.kind === 'none') return null
  if (passes(listener))
    return <p className="text-text-2">Put the secret that you stored in the place of $SECRET. Posthorn does not show it again.</p>
  return (
    <p className="max-w-[72ch] text-text-2">
      It is refused as it stands, because its sender has to prove itself ({authWords(listener)}), and is kept under Requests. There{' '}
      <em>Edit and resend</em> with <em>Sign it anew</em> makes a copy that is taken.
    </p>
  )
}
