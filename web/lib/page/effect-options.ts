/** Checks the options of headEffects and patchEffects. */

import { AttenscopeError } from '../errors.js'
import { isJsonObject, kindOf } from '../formats/json.js'
import { checkNames, refuseUnknown } from '../known-options.js'
import { checkInput, checkTarget } from './options.js'
import type { EffectOptions, HeadEffectOptions, Input, Measure, PatchEffectOptions, Target } from '../types/index.js'

type Common = Pick<EffectOptions, 'signal' | 'onProgress'> & { readonly target: Target | undefined }

export function checkHeadEffectOptions(options: HeadEffectOptions): Common & { readonly ablate: 'zero' | 'mean' } {
  checkNames('headEffects', options)
  const { ablate = 'zero' } = options
  const common = commonOf(options)
  if (ablate === 'zero' || ablate === 'mean') return { ...common, ablate }
  throw new AttenscopeError('option', `ablate is ${kindOf(ablate)}, expected one of: zero, mean`)
}

export function checkPatchEffectOptions(options: PatchEffectOptions): Common & {
  readonly from: { readonly input: Input; readonly target?: Target }
  readonly part: 'decoder' | 'encoder' | undefined
} {
  checkNames('patchEffects', options)
  const common = commonOf(options)
  const { from, part } = options
  if (!isJsonObject(from)) throw new AttenscopeError('option', `from is ${kindOf(from)}, expected { input }`)
  if (part !== undefined && part !== 'decoder' && part !== 'encoder') {
    throw new AttenscopeError('option', `part is ${kindOf(part)}, expected one of: decoder, encoder`)
  }
  refuseUnknown('from', from, ['input', 'target'])
  const target = from.target === undefined ? {} : { target: checkTarget(from.target) }
  return { ...common, from: { input: checkInput(from.input), ...target }, part }
}

/** Copies a measure. The ids and the query are checked against the model, in session/effect-reader.ts. */
export function checkMeasure({ query, token, contrast }: Measure): Measure {
  for (const [name, value] of Object.entries({ token, contrast })) {
    if (value === undefined || typeof value === 'number' || typeof value === 'string') continue
    throw new AttenscopeError('option', `${name} is ${kindOf(value)}, expected a token's id or its text`)
  }
  return {
    ...(query !== undefined && { query }),
    ...(token !== undefined && { token }),
    ...(contrast !== undefined && { contrast })
  }
}

function commonOf(options: EffectOptions): Common {
  const { target, signal, onProgress } = options
  return {
    target: target === undefined ? undefined : checkTarget(target),
    ...(signal && { signal }),
    ...(onProgress && { onProgress })
  }
}
