import { problemGuide, problems } from '@rampart/contract/errors'
import { expect, test } from 'vitest'

/*
 * Documents that are made from the code. When one of these fails, the document is behind: `npx vitest run test/docs.test.ts -u`
 * writes it anew.
 */

test('docs/problems.md says of every problem what it means and what to do', async () => {
  const sections = Object.entries(problems).map(([code, { status, title, retryable }]) => {
    const { means, remedy } = problemGuide[code as keyof typeof problems]
    const later = retryable ? ' The same request may succeed later.' : ''
    return `## ${code}\n\n\`${status}\` ${title}.\n\n${means}\n\n**What to do.** ${remedy}${later}\n`
  })
  const document = `# Problems

What the server answers when it does not do what was asked, as \`application/problem+json\` (RFC 9457). \`code\` is the name below; \`type\`
points at a page of the server that says the same. Unless a problem says otherwise, nothing was changed.

${sections.join('\n')}`
  await expect(document).toMatchFileSnapshot('../docs/problems.md')
})
