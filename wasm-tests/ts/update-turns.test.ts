import { beforeAll, describe, expect, it } from 'vitest'
import { inTurn } from '../../web/elements/pacing/update-turns.js'

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
      inTurn(() => {
        order.push(name)
        work(20)
      })
    )
    order.push('the rest of the definitions')
    void nextEvent().then(() => order.push('an event'))
    // eslint-disable-next-line @typescript-eslint/await-thenable -- an update gives its value, or a promise where it had to wait
    await Promise.all(updates)
    await nextFrame()
    expect(order).toEqual(['the rest of the definitions', 'first', 'second', 'third', 'an event'])
  })

  it('are done at once while there is time, and tell what they gave', async () => {
    await nextFrame()
    expect(inTurn(() => 7)).toBe(7)
    expect(() =>
      inTurn(() => {
        throw new Error('refused')
      })
    ).toThrow('refused')
  })

  it('are done in order, events between them, when those before took the time', async () => {
    await nextFrame()
    const order: string[] = []
    const updates = ['a', 'b', 'c'].map((name) =>
      inTurn(() => {
        order.push(name)
        void nextEvent().then(() => order.push(`an event after ${name}`))
        work(20)
        return name
      })
    )
    expect(order).toEqual(['a'])
    // eslint-disable-next-line @typescript-eslint/await-thenable -- an update gives its value, or a promise where it had to wait
    expect(await Promise.all(updates)).toEqual(['a', 'b', 'c'])
    await nextFrame()
    expect(order).toEqual(['a', 'an event after a', 'b', 'an event after b', 'c', 'an event after c'])
  })

  it('are none the worse for one that fails among those that wait', async () => {
    await nextFrame()
    const refuse = () => {
      throw new Error('refused')
    }
    const updates = [inTurn(() => work(20)), inTurn(refuse), inTurn(() => 'the next')]
    await expect(updates[1]).rejects.toThrow('refused')
    expect(await updates[2]).toBe('the next')
  })
})
