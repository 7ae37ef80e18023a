/** When the elements are drawn: the scheduler with the page's clock, and each of its rules with a clock of the test's own. */
import type { ReactiveController } from 'lit'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Scheduler, type Clock } from '../../web/elements/pacing/scheduler.js'
import { Instalments, Wait, WritingPace } from '../../web/elements/pacing/waits.js'

const page = new Scheduler()

/** After the events that wait already, as an event of the page would come. */
function nextEvent(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

const nextFrame = () => new Promise((resolve) => setTimeout(resolve, 20))

function work(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs;);
}

describe('the updates of a page', () => {
  beforeAll(async () => {
    // What the definitions bring comes in the task after theirs, all of it, however long it takes.
    const order: string[] = []
    const updates = ['first', 'second', 'third'].map((name) =>
      page.update(() => {
        order.push(name)
        work(20)
      })
    )
    order.push('the rest of the definitions')
    void nextEvent().then(() => order.push('an event'))
    await Promise.all(updates.map((update) => Promise.resolve(update)))
    await nextFrame()
    expect(order).toEqual(['the rest of the definitions', 'first', 'second', 'third', 'an event'])
  })

  it('are done at once while there is time, and tell what they gave', async () => {
    await nextFrame()
    expect(page.update(() => 7)).toBe(7)
    expect(() =>
      page.update(() => {
        throw new Error('refused')
      })
    ).toThrow('refused')
  })

  it('are done in order, events between them, when those before took the time', async () => {
    await nextFrame()
    const order: string[] = []
    const updates = ['a', 'b', 'c'].map((name) =>
      page.update(() => {
        order.push(name)
        void nextEvent().then(() => order.push(`an event after ${name}`))
        work(20)
        return name
      })
    )
    expect(order).toEqual(['a'])
    expect(await Promise.all(updates.map((update) => Promise.resolve(update)))).toEqual(['a', 'b', 'c'])
    await nextFrame()
    expect(order).toEqual(['a', 'an event after a', 'b', 'an event after b', 'c', 'an event after c'])
  })

  it('are none the worse for one that fails among those that wait', async () => {
    await nextFrame()
    const refuse = () => {
      throw new Error('refused')
    }
    const updates = [page.update(() => work(20)), page.update(refuse), page.update(() => 'the next')]
    await expect(updates[1]).rejects.toThrow('refused')
    expect(await updates[2]).toBe('the next')
  })
})

/** A clock that stands still until the test moves it. A frame comes every 16 ms, a task when the test says so. */
class TestClock implements Clock {
  private _nowMs = 1000
  private _frames = new Set<(frameMs: number) => void>()
  private _timers = new Map<() => void, number>()
  private _tasks: (() => void)[] = []

  now(): number {
    return this._nowMs
  }

  frame(act: (frameMs: number) => void): () => void {
    const each = (frameMs: number) => act(frameMs)
    this._frames.add(each)
    return () => this._frames.delete(each)
  }

  after(delayMs: number, act: () => void): () => void {
    const each = () => act()
    this._timers.set(each, this._nowMs + delayMs)
    return () => this._timers.delete(each)
  }

  task(act: () => void): void {
    this._tasks.push(act)
  }

  /** Time in which an act is busy, or in which nothing happens. */
  pass(ms: number): void {
    this._nowMs += ms
  }

  runTask(): void {
    this._tasks.shift()?.()
  }

  runTimers(): void {
    for (const [act, dueMs] of [...this._timers]) if (dueMs <= this._nowMs && this._timers.delete(act)) act()
  }

  runFrame(): void {
    this.pass(16)
    const frameMs = this._nowMs
    const due = [...this._frames]
    this._frames.clear()
    for (const act of due) act(frameMs)
  }
}

/** What a controller needs of a Lit element. */
class TestHost {
  updates = 0
  readonly controllers: ReactiveController[] = []
  readonly updateComplete = Promise.resolve(true)

  addController(controller: ReactiveController): void {
    this.controllers.push(controller)
  }

  removeController(): void {}

  requestUpdate(): void {
    this.updates++
  }

  leave(): void {
    for (const controller of this.controllers) controller.hostDisconnected?.()
  }
}

describe('the scheduler by a clock of the test', () => {
  let clock: TestClock
  let scheduler: Scheduler
  let host: TestHost
  let log: string[]
  /** An update or a picture that takes a time. */
  const takes = (ms: number, name: string) => () => {
    log.push(name)
    clock.pass(ms)
  }

  beforeEach(async () => {
    clock = new TestClock()
    scheduler = new Scheduler(clock)
    host = new TestHost()
    log = []
    // The definitions' own task.
    const first = scheduler.update(() => 'defined')
    clock.runTask()
    expect(await first).toBe('defined')
    clock.pass(100)
  })

  it('gives the updates of a task 4 ms, and the rest to later tasks in order', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) void scheduler.update(takes(2, name))
    expect(log).toEqual(['a', 'b'])
    clock.runTask()
    expect(log).toEqual(['a', 'b', 'c', 'd'])
    clock.runTask()
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('lets no update overtake one that waits, though there is time again', () => {
    for (const name of ['a', 'b']) void scheduler.update(takes(10, name))
    clock.pass(100)
    void scheduler.update(takes(1, 'c'))
    expect(log).toEqual(['a'])
    clock.runTask()
    clock.runTask()
    expect(log).toEqual(['a', 'b', 'c'])
  })

  it('answers the reader ahead of all that waits', () => {
    for (const name of ['a', 'b']) void scheduler.update(takes(10, name))
    expect(scheduler.update(() => 'answer', true)).toBe('answer')
    expect(log).toEqual(['a'])
  })

  it('draws all first updates of a page in one task', () => {
    const fresh = new Scheduler(clock)
    for (const name of ['a', 'b', 'c']) void fresh.update(takes(20, name))
    expect(log).toEqual([])
    clock.runTask()
    expect(log).toEqual(['a', 'b', 'c'])
  })

  it('gives the pictures of a page 3 ms of a frame', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      new Wait(host, scheduler).forFreeFrame(() => scheduler.paint(takes(2, name)))
    clock.runFrame()
    expect(log).toEqual(['a', 'b'])
    expect(scheduler.isFrameFull).toBe(true)
    clock.runFrame()
    expect(log).toEqual(['a', 'b', 'c', 'd'])
    clock.runFrame()
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(scheduler.isFrameFull).toBe(false)
  })

  it('counts no frame as full that ended long ago', () => {
    scheduler.paint(takes(5, 'a'))
    expect(scheduler.isFrameFull).toBe(true)
    clock.pass(49)
    expect(scheduler.isFrameFull).toBe(true)
    clock.pass(1)
    expect(scheduler.isFrameFull).toBe(false)
    scheduler.paint(takes(1, 'b'))
    expect(scheduler.isFrameFull).toBe(false)
  })

  it('gives a pattern that is pointed at 1 ms of a frame', () => {
    const hasTime = scheduler.previewTime()
    clock.pass(1)
    expect(hasTime()).toBe(true)
    clock.pass(0.1)
    expect(hasTime()).toBe(false)
  })

  it('holds one act for each wait: the newest, and none once its element has left', () => {
    const wait = new Wait(host, scheduler)
    wait.forFrame(takes(0, 'old'))
    wait.forFrame(takes(0, 'new'))
    expect(wait.isWaiting).toBe(true)
    clock.runFrame()
    expect(log).toEqual(['new'])
    expect(wait.isWaiting).toBe(false)
    wait.forFrame(takes(0, 'frame'))
    host.leave()
    clock.runFrame()
    wait.forFramePainted(takes(0, 'painted'))
    clock.runFrame()
    host.leave()
    clock.runTimers()
    expect(log).toEqual(['new'])
  })

  it.each([
    ['pointer', 60],
    ['typing', 120],
    ['outOfSight', 200]
  ] as const)('waits for a quiet moment: %s, %i ms', (kind, quietMs) => {
    const wait = new Wait(host, scheduler)
    wait.forQuiet(kind, takes(0, 'first'))
    clock.pass(quietMs - 1)
    clock.runTimers()
    wait.forQuiet(kind, takes(0, 'second'))
    clock.pass(quietMs - 1)
    clock.runTimers()
    expect(log).toEqual([])
    clock.pass(1)
    clock.runTimers()
    expect(log).toEqual(['second'])
  })

  it('shows one more part of an element after each frame, however often it is asked', () => {
    const parts = new Instalments(host, 2, scheduler)
    const shown: number[] = []
    for (let frame = 0; frame < 4; frame++) {
      for (let asked = 0; asked < 3; asked++) parts.next()
      clock.runFrame()
      shown.push(parts.shown)
      clock.runTimers()
    }
    expect(shown).toEqual([0, 1, 2, 2])
    expect(host.updates).toBe(2)
  })

  describe('while a text is being written', () => {
    const view = { isWriting: true, isDrawn: true, isInSight: true, hasManyNumbers: true, hasChanged: false }

    it('draws a view of many numbers every 500 ms', () => {
      const pace = new WritingPace(host, scheduler)
      expect(pace.isDue(view)).toBe(true)
      for (let token = 0; token < 4; token++) {
        clock.pass(100)
        expect(pace.isDue(view)).toBe(false)
      }
      clock.pass(99)
      clock.runTimers()
      expect(host.updates).toBe(0)
      clock.pass(1)
      clock.runTimers()
      expect(host.updates).toBe(1)
      expect(pace.isDue(view)).toBe(true)
    })

    it('draws it at once when the reader acts, a property changes or the text ends', () => {
      for (const change of ['reader', 'property', 'end'] as const) {
        const pace = new WritingPace(host, scheduler)
        expect(pace.isDue(view)).toBe(true)
        expect(pace.isDue(view)).toBe(false)
        if (change === 'reader') pace.readerActed()
        const now = { ...view, hasChanged: change === 'property', isWriting: change !== 'end' }
        expect(pace.isDue(now), change).toBe(true)
        // The update that had been asked for is no longer needed.
        expect(pace.isWaiting, change).toBe(false)
      }
    })

    it('draws other views at every update, but none out of sight', () => {
      const pace = new WritingPace(host, scheduler)
      const light = { ...view, hasManyNumbers: false }
      expect([pace.isDue(light), pace.isDue(light)]).toEqual([true, true])
      const hidden = { ...light, isInSight: false }
      expect(pace.isDue(hidden)).toBe(false)
      expect(pace.isDue({ ...hidden, isDrawn: false })).toBe(true)
      expect(pace.isDue({ ...hidden, hasChanged: true })).toBe(true)
      expect(pace.isDue({ ...hidden, isWriting: false })).toBe(true)
    })
  })
})
