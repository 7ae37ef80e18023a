/** Activations by transformers' names. */

import type { TransformerConfig } from '../types/engine.js'
import type { ConfigReader } from './config-reader.js'

type Activation = NonNullable<TransformerConfig['activation']>

/** Names of the same function up to how it is computed. */
const activations: Readonly<Record<string, Activation>> = {
  relu: 'relu',
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'gelu-tanh',
  gelu_fast: 'gelu-tanh',
  gelu_accurate: 'gelu-tanh',
  gelu_pytorch_tanh: 'gelu-tanh',
  gelu_python_tanh: 'gelu-tanh',
  silu: 'silu',
  swish: 'silu',
  tanh: 'tanh'
}

/** The activation that a field names; one that the engine does not have is refused by its name. */
export function readActivation(config: ConfigReader, field: string, defaultName: string): Activation {
  const name = config.values[field] ?? defaultName
  const found = activationOf(name)
  if (!found) config.accept(field, ...Object.keys(activations))
  return found ?? 'gelu'
}

export function activationOf(name: unknown): Activation | undefined {
  return typeof name === 'string' && Object.hasOwn(activations, name) ? activations[name] : undefined
}
