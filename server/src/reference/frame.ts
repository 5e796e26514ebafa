import { createHash } from 'node:crypto'
import { type Html, html } from './html.ts'

const STYLE = `
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent);--soft:color-mix(in srgb,currentColor 6%,transparent)}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.55 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.8rem;line-height:1.2}h2{margin-top:3rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
h3{margin:2.2rem 0 .3rem;font-size:1.1rem}h4{margin:1.2rem 0 .3rem;font-size:.95rem}
a{color:inherit}a.anchor{text-decoration:none}a:focus-visible,summary:focus-visible{outline:3px solid Highlight;outline-offset:2px}
code,pre{font:.875rem/1.5 ui-monospace,monospace}code{background:var(--soft);padding:.1em .3em;border-radius:.25rem}
pre{background:var(--soft);padding:.75rem;border-radius:.5rem;overflow-x:auto;white-space:pre-wrap}pre code{background:none;padding:0}
.method{display:inline-block;min-width:4.2rem;font-weight:700}
nav ul{columns:18rem;list-style:none;padding:0}nav li{break-inside:avoid}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line)}
thead th{border:0}summary{cursor:pointer}
`

/**
 * What these pages may load: their own style, by its hash, and nothing else. They have no script, so that they work offline and
 * under the strictest policy.
 */
export const FRAME_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A whole page. */
export function frame(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · Rampart</title>
<style>${{ markup: STYLE }}</style></head>
<body><main>${content}</main></body>
</html>
`.markup
}
