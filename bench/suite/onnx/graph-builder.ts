/** Builds an ONNX graph node by node and encodes it as a model file. */

import { attributeTypes, type ElementType, elementTypes, encodeModel } from './schema.js'

/** A number is a fixed extent; a name is an extent that is known when the graph runs. */
export type Dimension = number | string

/** An attribute, such as { int: 1 } or { float: 0.5 }. ONNX distinguishes integers from floats. */
export type Attribute = { readonly int: number } | { readonly ints: readonly number[] } | { readonly float: number }

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>
  /** Names of the outputs, instead of one generated name. An empty name omits an output. */
  readonly outputs?: readonly string[]
  /** The operator set: ONNX's own by default, or 'com.microsoft'. */
  readonly domain?: string
}

/** The latest operator set that the graphs use, and the version of the file format that belongs to it. */
const opsetVersion = 23
const irVersion = 10

export class GraphBuilder {
  private readonly _nodes: object[] = []
  private readonly _initializers: object[] = []
  private readonly _inputs: object[] = []
  private readonly _outputs: object[] = []
  private _names = 0

  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this._inputs.push(valueInfo(name, type, shape))
    return name
  }

  output(name: string, type: ElementType, shape: readonly Dimension[]): void {
    this._outputs.push(valueInfo(name, type, shape))
  }

  /** Adds a constant tensor, such as a weight or a parameter of an operator, and returns its name. */
  constant(data: ConstantData, dims: readonly number[]): string {
    const name = this._name('constant')
    const type = typeOf(data)
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    this._initializers.push({ name, dims, dataType: elementTypes[type], rawData })
    return name
  }

  /** Adds a node and returns the name of its first output. An empty input name omits an input. */
  node(opType: string, input: readonly string[], options: NodeOptions = {}): string {
    const name = this._name(opType)
    const output = options.outputs ?? [name]
    const attribute = Object.entries(options.attributes ?? {}).map(([key, value]) => attributeMessage(key, value))
    this._nodes.push({ name, opType, input, output, attribute, domain: options.domain ?? '' })
    return output[0] ?? name
  }

  finish(): Uint8Array {
    return encodeModel({
      irVersion,
      producerName: 'attenscope-bench',
      opsetImport: [
        { domain: '', version: opsetVersion },
        { domain: 'com.microsoft', version: 1 }
      ],
      graph: {
        name: 'bench',
        node: this._nodes,
        initializer: this._initializers,
        input: this._inputs,
        output: this._outputs
      }
    })
  }

  private _name(kind: string): string {
    return `${kind}_${this._names++}`
  }
}

type ConstantData = Float32Array | Int8Array | Int32Array | BigInt64Array

function typeOf(data: ConstantData): ElementType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Int8Array) return 'int8'
  return data instanceof Int32Array ? 'int32' : 'int64'
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): object {
  const dim = shape.map((each) => (typeof each === 'number' ? { dimValue: each } : { dimParam: each }))
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } }
}

function attributeMessage(name: string, value: Attribute): object {
  if ('int' in value) return { name, type: attributeTypes.int, i: value.int }
  if ('ints' in value) return { name, type: attributeTypes.ints, ints: value.ints }
  return { name, type: attributeTypes.float, f: value.float }
}
