import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { CodeBlock } from './code-block.tsx'
import type { Snippet } from './sdk-snippets.ts'

/** One snippet of several, by stack. */
export function SnippetTabs({ snippets }: { readonly snippets: readonly Snippet[] }) {
  const [stack, setStack] = useState(snippets[0]?.stack)
  const shown = snippets.find((snippet) => snippet.stack === stack)
  return (
    <>
      <NativeSelect
        label="Ask for a flag with"
        data={snippets.map((snippet) => snippet.stack)}
        value={stack}
        onChange={({ currentTarget }) => setStack(currentTarget.value)}
      />
      {shown?.install !== undefined && <CodeBlock what="the install command" code={shown.install} />}
      {shown !== undefined && <CodeBlock what="the code" code={shown.code.trimEnd()} />}
    </>
  )
}
