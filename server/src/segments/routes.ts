import type { App } from '../http/app-env.ts'
import { mount } from '../http/mount.ts'
import type { Segments } from './service.ts'

/** A segment's lists hold up to 200,000 ids. */
const LARGEST_SEGMENT = 32 << 20

export function mountSegments(app: App, segments: Segments): void {
  mount(app, 'listSegments', async ({ params }) => ({
    body: { items: await segments.list(params.project), next: null },
  }))

  mount(app, 'getSegment', async ({ params }) => {
    const segment = await segments.get(params.project, params.segment)
    return { body: segment, etag: segment.version }
  })

  mount(
    app,
    'putSegment',
    async ({ params, body, ifMatch, asker }) => {
      const changed = await segments.put({
        project: params.project,
        key: params.segment,
        input: { ...body, when: body.when ?? null },
        ifMatch,
        asker,
      })
      return { body: changed, etag: changed.item.version }
    },
    { limit: LARGEST_SEGMENT },
  )

  mount(app, 'deleteSegment', async ({ params, ifMatch, asker }) => ({
    body: await segments.remove({ project: params.project, key: params.segment, ifMatch, asker }),
  }))
}
