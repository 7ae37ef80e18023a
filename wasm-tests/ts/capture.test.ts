/** Names of tensors to capture: kinds, full names and wildcards. */

import { describe, expect, it } from 'vitest'

import { matchCapture } from '../../web/lib/trace/capture.js'
import { expectError } from './support/errors.js'

const names = [
  'embedding',
  'blocks.0.attn.q',
  'blocks.0.attn.pattern',
  'blocks.0.attn.output',
  'blocks.0.feed_forward.output',
  'blocks.1.attn.q',
  'blocks.1.attn.pattern',
  'blocks.10.attn.pattern',
  'final_norm'
]

describe('capture', () => {
  it.each([
    [['pattern'], ['blocks.0.attn.pattern', 'blocks.1.attn.pattern', 'blocks.10.attn.pattern']],
    [['output'], ['blocks.0.attn.output', 'blocks.0.feed_forward.output']],
    [['embedding'], ['embedding']],
    [['blocks.1.attn.q'], ['blocks.1.attn.q']],
    [['blocks.*.attn.q'], ['blocks.0.attn.q', 'blocks.1.attn.q']],
    [['blocks.1*.attn.pattern'], ['blocks.1.attn.pattern', 'blocks.10.attn.pattern']],
    [['blocks.0.*.output'], ['blocks.0.attn.output', 'blocks.0.feed_forward.output']],
    [['*.1.*t*.p*t*n'], ['blocks.1.attn.pattern']],
    [['blocks.1.attn.*q*'], ['blocks.1.attn.q']],
    [['pat*'], ['blocks.0.attn.pattern', 'blocks.1.attn.pattern', 'blocks.10.attn.pattern']],
    [
      ['final_norm', 'q', 'q'],
      ['blocks.0.attn.q', 'blocks.1.attn.q', 'final_norm']
    ],
    [[], []]
  ])('%j', (patterns, expected) => expect(matchCapture(patterns, names)).toEqual(expected))

  it('* does not match a dot, and a dot matches only a dot', async () => {
    await expectError(() => matchCapture(['blocks.*.q'], names), 'option', 'blocks.*.q')
    await expectError(() => matchCapture(['blocks.0.attnxq'], names), 'option')
    await expectError(() => matchCapture(['blocks.(0|1).attn.q'], names), 'option')
  })

  it('a name without a match throws an error with the nearest name', async () => {
    await expectError(() => matchCapture(['patern'], names), 'option', "'patern'", "did you mean 'pattern'")
    await expectError(
      () => matchCapture(['blocks.0.attn.patterns'], names),
      'option',
      "did you mean 'blocks.0.attn.pattern'"
    )
    await expectError(() => matchCapture([''], names), 'option')
    // The stars may not overlap: 'pat*tern' needs both its ends.
    await expectError(() => matchCapture(['pattern*pattern'], names), 'option')
  })

  it('a pattern that would take very long to match is refused at once, with a short message', async () => {
    const startMs = performance.now()
    await expectError(() => matchCapture([`${'*'.repeat(40)}x`], names), 'option')
    await expectError(() => matchCapture([`${'*a'.repeat(20_000)}x`], names), 'option', '…')
    expect(performance.now() - startMs).toBeLessThan(1000)
  })
})
