import { type ProblemCode, problemGuide, problems } from '@rampart/contract/errors'
import { frame } from './frame.ts'
import { html, prose } from './html.ts'

/** What a problem's `type` points at: what it means and what to do. */
export function problemPage(code: ProblemCode): string {
  const { status, title, retryable } = problems[code]
  const { means, remedy } = problemGuide[code]
  return frame(
    title,
    html`<h1>${title}</h1>
<p><code>${code}</code>, status <code>${status}</code></p>
<p>${prose(means)}</p>
<h2>What to do</h2>
<p>${prose(remedy)}</p>
<p>${retryable ? 'The same request may succeed later.' : 'The same request will not succeed later.'}</p>
<p><a href="/docs/problems">All problems</a> · <a href="/docs/api">API reference</a></p>`,
  )
}

/** Every problem on one page. */
export function problemsPage(): string {
  const rows = Object.entries(problems).map(
    ([code, { status, title }]) =>
      html`<tr><td><code>${status}</code></td><th scope="row"><a href="/problems/${code}"><code>${code}</code></a></th><td>${title}</td></tr>`,
  )
  return frame(
    'Problems',
    html`<h1>Problems</h1>
<p>What the server answers when it does not do what was asked, as <code>application/problem+json</code> (RFC 9457).</p>
<div class="scroll" tabindex="0" role="region" aria-label="Problems"><table>
<thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead>
${rows}</table></div>
<p><a href="/docs/api">API reference</a></p>`,
  )
}
