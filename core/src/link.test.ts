import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LinkEffect, type LinkEvent, step } from './link.ts'
import { createLink, type Failure, type LinkState, type Transport } from './link-state.ts'

const NETWORK: Failure = { kind: 'network', message: 'connect ECONNREFUSED' }
const ENDED: Failure = { kind: 'ended' }
const status = (code: number, retryAfterMs?: number): Failure => ({
  kind: 'status',
  status: code,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
})

const started: LinkEvent = { kind: 'started' }
const opened: LinkEvent = { kind: 'opened' }
const bytes: LinkEvent = { kind: 'bytes' }
const pinged: LinkEvent = { kind: 'pinged' }
const gap: LinkEvent = { kind: 'gap' }
const timer: LinkEvent = { kind: 'timer' }
const woken: LinkEvent = { kind: 'woken' }
const stopped: LinkEvent = { kind: 'stopped' }
const streamFailed = (failure: Failure): LinkEvent => ({ kind: 'failed', source: 'stream', failure })
const pollFailed = (failure: Failure): LinkEvent => ({ kind: 'failed', source: 'poll', failure })
const put = (revision: number, pollMs = 30_000): LinkEvent => ({ kind: 'held', source: 'stream', revision, pollMs })
const polled = (revision: number, pollMs = 30_000): LinkEvent => ({ kind: 'held', source: 'poll', revision, pollMs })

const open: LinkEffect = { kind: 'open-stream' }
const openAfter = (lastEventId: number): LinkEffect => ({ kind: 'open-stream', lastEventId })
const close: LinkEffect = { kind: 'close-stream' }
const wait = (ms: number): LinkEffect => ({ kind: 'wait', ms })
const lost = (failure: Failure): LinkEffect => ({ kind: 'report', report: { health: 'lost', failure } })
const refused = (failure: Failure): LinkEffect => ({ kind: 'report', report: { health: 'refused', failure } })
const well = (by: 'stream' | 'poll', outageMs?: number): LinkEffect => ({
  kind: 'report',
  report: { health: 'well', by, ...(outageMs !== undefined && { outageMs }) },
})

/** A link whose every draw is 0.5. `at` sends an event at a time and gives what is to be done. */
function link(transport: Transport = { kind: 'stream' }) {
  let state: LinkState = createLink(transport)
  return {
    at(now: number, event: LinkEvent): readonly LinkEffect[] {
      const done = step(state, event, now, 0.5)
      state = done.state
      return done.effects
    },
    /**
     * Lives on by the timer until `end`; `answer` is what every stream and poll meets as soon as it is tried. Gives all
     * that was to be done, and when.
     */
    live(from: number, end: number, answer: (effect: LinkEffect) => LinkEvent | undefined) {
      const log: { readonly now: number; readonly effect: LinkEffect }[] = []
      let now = from
      while (now <= end) {
        const pending: LinkEvent[] = [timer]
        for (const event of pending) {
          for (const effect of this.at(now, event)) {
            log.push({ now, effect })
            const met = answer(effect)
            if (met !== undefined) pending.push(met)
          }
        }
        const last = log.at(-1)?.effect
        if (last?.kind !== 'wait') throw new Error('nothing is due any more')
        now += last.ms
      }
      return log.filter(({ effect }) => effect.kind !== 'wait')
    },
  }
}

/** A link that is well by a stream since 0 and holds revision 7. */
function streaming() {
  const one = link()
  one.at(0, started)
  one.at(0, opened)
  one.at(0, put(7))
  return one
}

/** A link that polls since 2,500, because three streams in a row have failed; the next stream is due at 3,000. */
function fallenBack() {
  const one = streaming()
  one.at(1_000, streamFailed(ENDED))
  one.at(1_500, timer)
  one.at(1_500, streamFailed(ENDED))
  one.at(2_500, timer)
  one.at(2_500, streamFailed(ENDED))
  one.at(2_500, polled(7))
  return one
}

/** A server that is away. */
function away(effect: LinkEffect): LinkEvent | undefined {
  if (effect.kind === 'open-stream') return streamFailed(NETWORK)
  return effect.kind === 'poll' ? pollFailed(NETWORK) : undefined
}

/** A server whose streams do not come through. */
function pollsOnly(effect: LinkEffect): LinkEvent | undefined {
  return effect.kind === 'poll' ? polled(7) : away(effect)
}

describe('a first connection', () => {
  test('opens a stream at once and gives it ten seconds to answer', () => {
    expect(link().at(0, started)).toEqual([open, wait(10_000)])
  })

  test('is well when the first document is held, not when the stream opens', () => {
    const one = link()
    one.at(0, started)
    expect(one.at(100, opened)).toEqual([wait(10_000)])
    expect(one.at(200, put(7))).toEqual([well('stream'), wait(40_000)])
  })

  test('takes its time when a large document arrives slowly', () => {
    const one = link()
    one.at(0, started)
    one.at(100, opened)
    expect(one.at(9_000, bytes)).toEqual([wait(10_000)])
    expect(one.at(10_200, timer)).toEqual([wait(8_800)])
  })

  test('reports an outage once however long it lasts, and once that it is over', () => {
    const one = link()
    one.at(0, started)
    expect(one.at(0, streamFailed(NETWORK))).toEqual([close, wait(500)])
    expect(one.at(500, timer)).toEqual([open, wait(10_000)])
    expect(one.at(500, streamFailed(NETWORK))).toEqual([close, lost(NETWORK), wait(1_000)])
    const hour = one.live(1_500, 3_600_000, away)
    expect(hour.filter(({ effect }) => effect.kind === 'report')).toEqual([])
    const polls = hour.filter(({ effect }) => effect.kind === 'poll')
    expect(polls.length).toBeGreaterThan(200)
    const back = one.live((polls.at(-1)?.now ?? 0) + 15_000, 3_620_000, pollsOnly)
    expect(back.filter(({ effect }) => effect.kind === 'report').map(({ effect }) => effect)).toEqual([
      well('poll', back[0]?.now),
    ])
  })
})

describe('a stream that ends', () => {
  test('is opened again within a second, after the revision that is held, and nobody is alarmed', () => {
    const one = streaming()
    one.at(60_000, bytes)
    expect(one.at(70_000, streamFailed(ENDED))).toEqual([close, wait(500)])
    expect(one.at(70_500, timer)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(70_600, opened)).toEqual([wait(10_000)])
    expect(one.at(70_600, pinged)).toEqual([wait(40_000)])
  })

  test('starts a new count of failures when it had lived for ten seconds', () => {
    const one = streaming()
    const waits = [20_000, 40_000, 60_000].map((now) => {
      const effects = one.at(now, streamFailed(ENDED))
      one.at(now + 500, timer)
      one.at(now + 500, opened)
      one.at(now + 500, pinged)
      return effects
    })
    expect(waits).toEqual([
      [close, wait(500)],
      [close, wait(500)],
      [close, wait(500)],
    ])
  })

  test('waits longer each time when streams die young', () => {
    const one = streaming()
    expect(one.at(1_000, streamFailed(ENDED))).toEqual([close, wait(500)])
    one.at(1_500, timer)
    one.at(1_500, opened)
    one.at(1_500, pinged)
    expect(one.at(2_000, streamFailed(ENDED))).toEqual([close, wait(1_000)])
  })

  test('is an outage when the quick retry fails too', () => {
    const one = streaming()
    one.at(20_000, streamFailed(ENDED))
    one.at(20_500, timer)
    expect(one.at(20_500, streamFailed(NETWORK))).toEqual([close, lost(NETWORK), wait(1_000)])
    expect(one.at(21_500, timer)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(21_600, opened)).toEqual([wait(10_000)])
    expect(one.at(21_600, pinged)).toEqual([well('stream', 1_600), wait(40_000)])
  })

  test('is not well again by an answer that breaks before its first event, however often', () => {
    const one = streaming()
    const effects = [...one.at(1_000, streamFailed(ENDED))]
    for (let now = 1_500; now < 60_000; now += 1_000) {
      effects.push(...one.at(now, timer), ...one.at(now, opened), ...one.at(now, bytes))
      effects.push(...one.at(now, streamFailed(ENDED)), ...one.at(now, pollFailed(NETWORK)))
    }
    expect(effects.filter(({ kind }) => kind === 'report')).toEqual([lost(ENDED)])
  })

  test('and a client that holds nothing is not well by a ping', () => {
    const one = link()
    one.at(0, started)
    one.at(100, opened)
    expect(one.at(200, pinged)).toEqual([wait(9_900)])
  })
})

describe('silence', () => {
  test('of forty seconds means a dead link', () => {
    const one = streaming()
    expect(one.at(15_000, bytes)).toEqual([wait(40_000)])
    expect(one.at(54_999, timer)).toEqual([wait(1)])
    expect(one.at(55_000, timer)).toEqual([close, wait(500)])
    expect(one.at(55_500, timer)).toEqual([openAfter(7), wait(10_000)])
  })

  test('in place of an answer leads to a poll at once: a proxy may keep streams to itself', () => {
    const one = link()
    one.at(0, started)
    expect(one.at(10_000, timer)).toEqual([close, { kind: 'poll' }, wait(500)])
    expect(one.at(10_100, polled(7))).toEqual([well('poll'), wait(400)])
  })

  test('after the headers of an answer does so too', () => {
    const one = link()
    one.at(0, started)
    one.at(50, opened)
    expect(one.at(10_050, timer)).toEqual([close, { kind: 'poll' }, wait(500)])
  })
})

describe('polls in place of streams', () => {
  test('begin when three streams in a row have failed', () => {
    const one = streaming()
    one.at(1_000, streamFailed(ENDED))
    one.at(1_500, timer)
    one.at(1_500, streamFailed(ENDED))
    one.at(2_500, timer)
    expect(one.at(2_500, streamFailed(ENDED))).toEqual([close, { kind: 'poll', held: 7 }, wait(500)])
    expect(one.at(2_600, polled(8, 20_000))).toEqual([well('poll', 1_600), wait(400)])
  })

  test('come as often as the server hints, and streams are tried beside them, ever more rarely', () => {
    const log = fallenBack().live(3_000, 800_000, pollsOnly)
    const when = (kind: LinkEffect['kind']) => log.filter(({ effect }) => effect.kind === kind).map(({ now }) => now)
    expect(when('poll').slice(0, 4)).toEqual([32_500, 62_500, 92_500, 122_500])
    expect(when('open-stream')).toEqual([3_000, 33_000, 93_000, 213_000, 453_000, 753_000])
  })

  test('are not reported as an outage when a stream beside them fails', () => {
    const log = fallenBack().live(3_000, 800_000, pollsOnly)
    expect(log.filter(({ effect }) => effect.kind === 'report')).toEqual([])
  })

  test('go on until an event has come through the new stream', () => {
    const one = fallenBack()
    expect(one.at(3_000, timer)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(3_100, opened)).toEqual([wait(10_000)])
    expect(one.at(3_200, bytes)).toEqual([wait(10_000)])
    expect(one.at(3_300, pinged)).toEqual([well('stream'), wait(40_000)])
  })

  test('keep their own back-off, and a poll that works after an outage calls for a stream', () => {
    const one = fallenBack()
    one.at(3_000, timer)
    expect(one.at(3_000, streamFailed(NETWORK))).toEqual([close, wait(29_500)])
    expect(one.at(32_500, timer)).toEqual([{ kind: 'poll', held: 7 }, wait(500)])
    expect(one.at(32_500, pollFailed(NETWORK))).toEqual([wait(500)])
    expect(one.at(33_000, timer)).toEqual([openAfter(7), { kind: 'poll', held: 7 }, wait(10_000)])
    expect(one.at(33_000, streamFailed(NETWORK))).toEqual([close, wait(60_000)])
    expect(one.at(33_000, pollFailed(NETWORK))).toEqual([lost(NETWORK), wait(1_000)])
    expect(one.at(34_000, timer)).toEqual([{ kind: 'poll', held: 7 }, wait(59_000)])
    expect(one.at(34_000, polled(9))).toEqual([well('poll', 1_500), wait(500)])
    expect(one.at(34_500, timer)).toEqual([openAfter(9), wait(10_000)])
  })
})

describe('a client that only polls', () => {
  test('asks at its own interval, whatever the server hints', () => {
    const one = link({ kind: 'poll', pollMs: 5_000 })
    expect(one.at(0, started)).toEqual([{ kind: 'poll' }])
    expect(one.at(100, polled(7, 60_000))).toEqual([well('poll'), wait(5_000)])
    expect(one.at(5_100, timer)).toEqual([{ kind: 'poll', held: 7 }])
  })

  test('backs off while the server is away', () => {
    const one = link({ kind: 'poll', pollMs: 5_000 })
    one.at(0, started)
    expect(one.at(0, pollFailed(NETWORK))).toEqual([wait(500)])
    one.at(500, timer)
    expect(one.at(500, pollFailed(NETWORK))).toEqual([lost(NETWORK), wait(1_000)])
  })
})

describe('a key that is refused', () => {
  test('is reported once with its cause and tried again slowly, for ever', () => {
    const one = streaming()
    one.at(20_000, streamFailed(ENDED))
    one.at(20_500, timer)
    expect(one.at(20_500, streamFailed(status(401)))).toEqual([close, refused(status(401)), wait(90_000)])
    expect(one.at(110_500, timer)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(110_500, streamFailed(status(401)))).toEqual([close, wait(150_000)])
    expect(one.at(260_500, timer)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(260_600, opened)).toEqual([wait(10_000)])
    expect(one.at(260_600, pinged)).toEqual([well('stream', 240_600), wait(40_000)])
  })

  test('is tried by one source only, also while polling', () => {
    const one = fallenBack()
    one.at(3_000, timer)
    expect(one.at(3_000, streamFailed(status(403)))).toEqual([close, refused(status(403)), wait(90_000)])
  })

  test('slows down polls as well', () => {
    const one = link({ kind: 'poll', pollMs: 5_000 })
    one.at(0, started)
    expect(one.at(0, pollFailed(status(403)))).toEqual([refused(status(403)), wait(90_000)])
  })
})

describe('what the server asks for', () => {
  test('Retry-After is honoured when it is longer than the back-off', () => {
    const one = link()
    one.at(0, started)
    expect(one.at(0, streamFailed(status(503, 5_000)))).toEqual([close, wait(5_500)])
  })

  test('Retry-After holds for the poll that takes the place of a third failed stream', () => {
    const one = link()
    one.at(0, started)
    one.at(0, streamFailed(status(503)))
    one.at(500, timer)
    one.at(500, streamFailed(status(503)))
    one.at(1_500, timer)
    expect(one.at(1_500, streamFailed(status(503, 8_000)))).toEqual([close, wait(8_500)])
  })

  test('a closing server is left and returned to at the time it named, which is no failure', () => {
    const one = streaming()
    expect(one.at(20_000, { kind: 'closing', retryMs: 1_500 })).toEqual([close, wait(2_000)])
    expect(one.at(22_000, timer)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(22_000, streamFailed(NETWORK))).toEqual([close, wait(500)])
  })
})

describe('a gap between two documents', () => {
  test('is asked for at once, after the revision that is held', () => {
    expect(streaming().at(5_000, gap)).toEqual([close, openAfter(7), wait(10_000)])
  })

  test('that comes again is answered by asking for everything', () => {
    const one = streaming()
    one.at(5_000, gap)
    one.at(5_100, opened)
    expect(one.at(5_200, gap)).toEqual([close, wait(500)])
    expect(one.at(5_700, timer)).toEqual([open, wait(10_000)])
    one.at(5_800, opened)
    expect(one.at(5_900, put(9))).toEqual([wait(40_000)])
    expect(one.at(6_000, streamFailed(ENDED))).toEqual([close, wait(1_000)])
    expect(one.at(7_000, timer)).toEqual([openAfter(9), wait(10_000)])
  })
})

test('a document that cannot be read is answered by asking for everything', () => {
  const one = streaming()
  expect(one.at(20_000, streamFailed({ kind: 'unreadable', problem: 'no JSON' }))).toEqual([close, wait(500)])
  expect(one.at(20_500, timer)).toEqual([open, wait(10_000)])
})

describe('a client that is woken', () => {
  test('tries at once what it was to try later, and is well when that works', () => {
    const one = streaming()
    one.at(1_000, streamFailed(NETWORK))
    one.at(1_500, timer)
    one.at(1_500, streamFailed(NETWORK))
    expect(one.at(1_600, woken)).toEqual([openAfter(7), wait(10_000)])
    expect(one.at(1_700, opened)).toEqual([wait(10_000)])
    expect(one.at(1_700, pinged)).toEqual([well('stream', 700), wait(40_000)])
  })

  test('asks at once when it polls, and lets the stream beside the polls wait', () => {
    const one = fallenBack()
    expect(one.at(2_600, woken)).toEqual([{ kind: 'poll', held: 7 }, wait(400)])
  })

  test('trusts a stream that has pinged of late, and replaces one that has been quiet', () => {
    const one = streaming()
    expect(one.at(20_000, woken)).toEqual([wait(20_000)])
    expect(one.at(20_001, woken)).toEqual([close, openAfter(7), wait(10_000)])
  })

  test('keeps away for as long as the server wants it to, or refuses its key', () => {
    const asked = streaming()
    asked.at(1_000, streamFailed(status(503, 60_000)))
    expect(asked.at(2_000, woken)).toEqual([wait(59_500)])
    const refusedKey = link()
    refusedKey.at(0, started)
    refusedKey.at(0, streamFailed(status(401)))
    expect(refusedKey.at(1_000, woken)).toEqual([wait(89_000)])
  })
})

describe('once stopped', () => {
  test('a link closes its stream and waits for nothing', () => {
    expect(streaming().at(1_000, stopped)).toEqual([close])
  })

  test('whatever still arrives changes nothing', () => {
    const one = streaming()
    one.at(1_000, stopped)
    const late = [timer, woken, opened, bytes, put(8), gap, streamFailed(ENDED), pollFailed(ENDED), polled(8), stopped]
    expect(late.flatMap((event) => one.at(2_000, event))).toEqual([])
  })
})

describe('whatever happens, in whatever order,', () => {
  const failure = fc.constantFrom<Failure>(NETWORK, ENDED, status(401), status(503, 2_000), status(404), {
    kind: 'silent',
  })
  const event = fc.oneof(
    fc.constantFrom(timer, opened, bytes, gap, woken, put(1), polled(1)),
    failure.map(streamFailed),
    failure.map(pollFailed),
    fc.nat(5_000).map((retryMs): LinkEvent => ({ kind: 'closing', retryMs })),
  )
  const happenings = fc.array(
    fc.record({ after: fc.nat(50_000), event, random: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
  )

  test('a started link waits for something, and has one stream at most', () => {
    fc.assert(
      fc.property(happenings, (list) => {
        let { state, effects } = step(createLink({ kind: 'stream' }), started, 0, 0.5)
        let now = 0
        let streams = 1
        for (const { after, event, random } of list) {
          now += after
          ;({ state, effects } = step(state, event, now, random))
          for (const { kind } of effects) {
            if (kind === 'open-stream') streams += 1
            if (kind === 'close-stream') streams -= 1
            expect([0, 1]).toContain(streams)
          }
          expect(effects.at(-1)).toEqual(wait(expect.any(Number)))
        }
      }),
    )
  })
})
