/** The names that transformers gives to activations, and the engine's activation for each. */

import type { TransformerConfig } from '../types/engine.js'
import type { ConfigReader } from './config-reader.js'

type Activation = NonNullable<TransformerConfig['activation']>

/** Several names mean one function: transformers computes it in several ways. */
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

/** Reads the activation that a config field names. Throws 'unsupported' when the engine does not have it. */
export function readActivation(config: ConfigReader, field: string, defaultName: string): Activation {
  const name = config.values[field] ?? defaultName
  const found = activationOf(name)
  if (!found) config.accept(field, ...Object.keys(activations))
  return found ?? 'gelu'
}

/** The engine's activation for a name in transformers, or undefined for an unknown name. */
export function activationOf(name: unknown): Activation | undefined {
  return typeof name === 'string' && Object.hasOwn(activations, name) ? activations[name] : undefined
}
