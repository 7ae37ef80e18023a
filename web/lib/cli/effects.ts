/** The command `effects`: the heads, or the layers and tokens, that matter for a prediction. */

import { AttenscopeError, type HeadEffects, type Measure, type Model, type PatchEffects, type Target } from 'attenscope'
import { inputOf, targetOf, type EffectFlags } from './flags.js'
import { printLine } from './print.js'

/** Searches the heads, or with `from` the layers and tokens. Throws 'option' for flags that do not go together. */
export async function searchEffects(model: Model, flags: EffectFlags): Promise<HeadEffects | PatchEffects> {
  const target = targetOf(flags)
  const measure = { ...measureOf(flags), ...(target !== undefined && { target }) }
  const { from, fromTarget, ablate, part } = flags
  if (from === undefined) {
    for (const [name, value] of Object.entries({ 'from-target': fromTarget, part })) {
      if (value !== undefined) throw new AttenscopeError('option', `--${name} goes with --from, which is not set`)
    }
    return model.headEffects(inputOf(flags), { ...measure, ...(ablate && { ablate }) })
  }
  if (ablate !== undefined) throw new AttenscopeError('option', '--ablate does not go with --from')
  const other: { input: string; target?: Target } = {
    input: from,
    ...(fromTarget !== undefined && { target: fromTarget })
  }
  return model.patchEffects(inputOf(flags), { ...measure, from: other, ...(part && { part }) })
}

function measureOf({ query, token, tokenId, contrast, contrastId }: EffectFlags): Measure {
  const one = (name: string, text: string | undefined, id: number | undefined) => {
    if (text !== undefined && id !== undefined)
      throw new AttenscopeError('option', `--${name} and --${name}-id are both set; give one of them`)
    return text ?? id
  }
  const measured = one('token', token, tokenId)
  const subtracted = one('contrast', contrast, contrastId)
  return {
    ...(query !== undefined && { query }),
    ...(measured !== undefined && { token: measured }),
    ...(subtracted !== undefined && { contrast: subtracted })
  }
}

/** Prints the effects, the largest first: the part or tensor, the layer or token, the head, and the change. */
export function printEffects(result: HeadEffects | PatchEffects): void {
  const { token, contrast, query, original } = result
  const subtracted = contrast ? ` - ${JSON.stringify(contrast.text)}` : ''
  printLine(`${JSON.stringify(token.text)}${subtracted} at query ${query}\t${original.toFixed(4)}`)
  const rows = 'parts' in result ? headRows(result) : patchRows(result)
  for (const { place, effect } of rows.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)))
    printLine(`${place.join('\t')}\t${effect.toFixed(4)}`)
}

interface Row {
  readonly place: readonly (string | number)[]
  readonly effect: number
}

function headRows({ parts }: HeadEffects): Row[] {
  return parts.flatMap(({ part, layers, effects: { data, shape } }) => {
    const [, N = 0] = shape
    return Array.from(data, (effect, at) => ({ place: [part, layers[Math.floor(at / N)] ?? 0, at % N], effect }))
  })
}

function patchRows({ names, tokens, effects: { data } }: PatchEffects): Row[] {
  const T = tokens.length
  return Array.from(data, (effect, at) => ({
    place: [names[Math.floor(at / T)] ?? '', at % T, JSON.stringify(tokens[at % T]?.text ?? '')],
    effect
  }))
}
