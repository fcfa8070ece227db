import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { Segmented } from '../../ui/tabs.tsx'
import { TestEvent } from './test-event.tsx'
import { languages, type Language, type Profile, verifySnippet } from './verify/verify-snippets.ts'

interface Props {
  readonly app: string
  readonly endpoint: string
  readonly secret: string
  readonly profile: Profile
  onDone(): void
}

/** The signing secret, this one time. It cannot be closed by chance: who loses it has to rotate. */
export function SecretDialog({ app, endpoint, secret, profile, onDone }: Props) {
  const [stored, setStored] = useState(false)
  const [language, setLanguage] = useState<Language>('Node')
  return (
    <Dialog
      open
      stays
      onClose={onDone}
      title="Copy your signing secret"
      actions={
        <>
          <TestEvent app={app} endpoint={endpoint} />
          <span className="flex-1" />
          <Button kind="primary" disabled={!stored} onClick={onDone}>
            Done
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="-mt-3 text-text-2">It is shown this one time. Your server verifies every webhook with it.</p>
        <div className="flex items-center gap-3 rounded-md border border-edge bg-sunken p-3">
          <code className="min-w-0 flex-1 font-mono break-all" data-secret>
            {secret}
          </code>
          <CopyButton text={secret} onCopied={() => setStored(true)}>
            Copy
          </CopyButton>
        </div>
        <div className="flex items-center justify-between gap-3">
          <h3>Verify in your code</h3>
          <Segmented
            label="Language"
            options={languages.map((value) => ({ value, label: value }))}
            value={language}
            onChange={(next) => setLanguage(next)}
          />
        </div>
        <CodeView text={verifySnippet(language, profile)} label={`How to verify in ${language}`} maxHeight="260px" />
        <p className="text-xs text-text-3">
          {profile === 'hex' ? 'The secret is used as this text, not as bytes. ' : ''}Answer with 2xx within 10 seconds and do the heavy
          work afterwards.
        </p>
        <Checkbox label="I have stored the secret where my server reads it" checked={stored} onChange={setStored} />
      </div>
    </Dialog>
  )
}
