import { useState } from 'react'
import { CodeView } from '../../../ui/code-view.tsx'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { Card } from '../../../ui/page.tsx'
import { Segmented } from '../../../ui/tabs.tsx'
import { type Language, languages, type Profile, verifySnippet } from './verify-snippets.ts'

/** How the receiver checks that a webhook came from here. */
export function VerifyTab({ profile }: { readonly profile: Profile }) {
  const [language, setLanguage] = useState<Language>('Node')
  const text = verifySnippet(language, profile)
  return (
    <div className="max-w-[52rem]">
      <Card
        title="Verify in your code"
        aside={
          <Segmented
            label="Language"
            options={languages.map((value) => ({ value, label: value }))}
            value={language}
            onChange={(next) => setLanguage(next)}
          />
        }
      >
        <div className="flex flex-col items-start gap-3">
          <div className="w-full">
            <CodeView text={text} label={`How to verify in ${language}`} maxHeight="28rem" />
          </div>
          <CopyButton text={text}>Copy</CopyButton>
          <p className="text-text-2">
            Verify the bytes as they arrived, before anything parses them. Refuse what does not verify with 401. Do not allow-list IP
            addresses: ours may change.
          </p>
        </div>
      </Card>
    </div>
  )
}
