import type { OpenApiDocument } from '@rampart/contract/openapi'
import { frame } from './frame.ts'
import { type Html, html, nothing, prose } from './html.ts'
import { saySchema } from './say-schema.ts'

type Node = { readonly [member: string]: unknown }

interface Operation {
  readonly id: string
  readonly tag: string
  readonly method: string
  readonly path: string
  readonly node: Node
}

/** The whole API on one page, to read and to search in with what every browser has. */
export function apiPage(document: OpenApiDocument): string {
  const operations = operationsOf(document)
  const groups = document.tags.map((tag) => ({ ...tag, own: operations.filter((one) => one.tag === tag.name) }))
  return frame(
    'API reference',
    html`<h1>Rampart API</h1>
<p>Version ${document.info.version}. ${prose(document.info.description)}
Also as <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
<nav aria-label="Operations">${groups.map(
      ({ name, own }) => html`<h2 id="list-${anchor(name)}">${name}</h2>
<ul>${own.map(({ id, node }) => html`<li><a href="#${id}">${prose(text(node['summary']))}</a></li>`)}</ul>`,
    )}</nav>
${groups.map(
  ({ name, description, own }) => html`<section aria-labelledby="${anchor(name)}">
<h2 id="${anchor(name)}">${name}</h2><p>${prose(description)}</p>
${own.map(operationSection)}</section>`,
)}
<section aria-labelledby="schemas"><h2 id="schemas">Shapes</h2>
<p>A question mark says that a member may be absent. Answers may gain members: ignore those that you do not know.</p>
${Object.entries(document.components.schemas).map(
  ([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>
${described(schema)}<pre tabindex="0">${saySchema(schema)}</pre>`,
)}</section>`,
  )
}

function operationsOf({ paths }: OpenApiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, node]) => ({
      id: text(node['operationId']),
      tag: text(listOf(node['tags'])[0]),
      method: method.toUpperCase(),
      path,
      node,
    })),
  )
}

function operationSection({ id, method, path, node }: Operation): Html {
  const parameters = listOf(node['parameters']).filter(isNode)
  return html`<h3 id="${id}"><a class="anchor" href="#${id}">${prose(text(node['summary']))}</a></h3>
<p><code><span class="method">${method}</span>${path}</code></p>
${described(node)}${needs(node)}
${parameters.length === 0 ? nothing : parameterTable(id, parameters)}
${bodySection(node)}
<h4>Answers</h4>
<div class="scroll" tabindex="0" role="region" aria-label="Answers of ${id}"><table>
${Object.entries(nodeIn(node, 'responses')).map(
  ([status, response]) => html`<tr><th scope="row"><code>${status}</code></th><td>${answer(response)}</td></tr>`,
)}</table></div>`
}

function needs(node: Node): Html {
  const right = node['x-rampart-needs']
  if (typeof right !== 'string') return nothing
  if (right === 'anyone') return html`<p>Needs no credential.</p>`
  return right === 'signed-in'
    ? html`<p>Needs any token or session.</p>`
    : html`<p>Needs the right <code>${right}</code> at the place that the path names.</p>`
}

function parameterTable(id: string, parameters: readonly Node[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Parameters of ${id}"><table>
<thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Value</th></tr></thead>
${parameters.map(
  (
    one,
  ) => html`<tr><th scope="row"><code>${text(one['name'])}</code>${one['required'] === true ? '' : ' (optional)'}</th>
<td>${text(one['in'])}</td><td>${saySchema(one['schema'])} ${described(one)}</td></tr>`,
)}</table></div>`
}

function bodySection(node: Node): Html {
  const content = nodeIn(nodeIn(node, 'requestBody'), 'content')
  const [media] = Object.values(content).filter(isNode)
  if (media === undefined) return nothing
  return html`<h4>Body</h4><pre tabindex="0">${saySchema(media['schema'])}</pre>${example(media['example'])}`
}

function answer(response: unknown): Html {
  if (!isNode(response)) return nothing
  const media = nodeIn(nodeIn(response, 'content'), 'application/json')
  const shape = 'schema' in media ? html`<pre tabindex="0">${saySchema(media['schema'])}</pre>` : nothing
  const problems = Object.keys(nodeIn(nodeIn(nodeIn(response, 'content'), 'application/problem+json'), 'examples'))
  const words =
    problems.length === 0
      ? prose(text(response['description']))
      : html`${problems.map((code) => html`<a href="/problems/${code}"><code>${code}</code></a>`)}`
  return html`${words}${shape}${example(media['example'])}`
}

function example(value: unknown): Html {
  if (value === undefined) return nothing
  return html`<details><summary>Example</summary><pre tabindex="0">${JSON.stringify(value, null, 2)}</pre></details>`
}

function described(node: unknown): Html {
  const description = isNode(node) ? node['description'] : undefined
  return typeof description === 'string' ? html`<p>${prose(description)}</p>` : nothing
}

function anchor(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-')
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nodeIn(node: Node, name: string): Node {
  const inner = node[name]
  return isNode(inner) ? inner : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
