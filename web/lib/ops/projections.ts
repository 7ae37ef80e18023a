/** Checks a linear layer with an activation and turns it into engine tensors and settings. */

import type { Tensor } from '../types/index.js'
import { choice, given, optionalTensor, tensor } from './values.js'

/**
 * A projection's tensors and settings, under the engine's name `name`. Throws 'shape' and 'option' with the caller's
 * name `shown`.
 */
export function projection(
  name: string,
  shown: string,
  part: object
): { tensors: Record<string, Tensor | undefined>; settings: Record<string, string> } {
  const found: Record<string, unknown> = { ...given(shown, part, ['weight', 'bias', 'activation']) }
  const { weight, bias, activation } = found
  return {
    tensors: {
      [`${name}.weight`]: tensor(`${shown}.weight`, weight, 'out in'),
      [`${name}.bias`]: optionalTensor(`${shown}.bias`, bias, 'out')
    },
    settings: {
      [`${name}.activation`]: choice(`${shown}.activation`, activation, ['none', 'relu', 'tanh', 'sigmoid'], 'none')
    }
  }
}
