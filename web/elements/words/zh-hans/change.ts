/** What the element that changes a model says. */
import { parseTraceName, type Part } from 'attenscope'
import { html } from 'lit'
import type * as english from '../index.js'

const PARTS: Readonly<Record<Part, string>> = { decoder: '', encoder: '编码器', cross: '交叉注意力' }

/** '交叉注意力第 1 层' of 'decoder.blocks.1.cross.pattern', '每一层' where it says *. */
function layerOf(at: string): string {
  const { part = 'decoder', layer } = parseTraceName(at) ?? {}
  if (layer === undefined) return at
  return layer === '*' ? `${PARTS[part]}每一层` : `${PARTS[part]}第 ${layer} 层`
}

export const change: typeof english.change = {
  label: '要运行的文本',
  placeholder: '一个句子',
  action: '运行',
  running: '两次都在运行…',
  blank: '请输入一个句子。',
  same: '还没有改动：请添加一处改动，或选一个实验。',
  search: {
    under: '正在逐个去掉每个头…',
    over: '每个头都逐个去掉试过了。点击图中的一个，就一直不用它。',
    none: '还没有逐个去掉头来试。'
  },
  ready: '就绪。',
  stopped: '已停止。',
  ended: (bits) => `两次预测最多相差 ${bits} 比特。`,
  original: '原来',
  edited: '改动后',
  difference: '差别',
  attention: '注意力，改动前后',
  attentionAsIs: '注意力',
  whatDifference: '改动后减去原来。',
  edits: {
    heading: '改动了什么',
    none: '还没有。',
    on: (words) => `启用：${words}`,
    up: '提前',
    down: '推后',
    remove: '删除',
    undo: '撤销',
    undoKeys: '焦点在此列表时按 Ctrl 或 ⌘ 加 Z',
    redoKeys: '同时再按 Shift',
    refused: (said) => `未启用：${said}`,
    value: (words) => `多少：${words}`,
    redo: '重做',
    reset: '清空',
    add: '添加'
  },
  inHand: {
    all: (layer, layers) => (layers > 1 ? `第 ${layer} 层` : '注意力'),
    off: '关掉它',
    on: '打开它',
    hide: (token) => `对所有词元隐藏 ${token}`,
    unhide: '重新显示',
    compare: '两次运行并排',
    more: '改动它，看会怎样'
  },
  kinds: {
    label: '改动',
    zero: '去掉一个头',
    mean: '让一个头取平均',
    scale: '放大或缩小一个头',
    score: '提高或降低一个分数',
    weight: '设定一个权重',
    mask: '隐藏一个词元',
    temperature: '变尖锐或变平缓',
    normalizer: '更换归一化',
    squash: '压缩分数',
    window: '收窄窗口',
    positions: '更换位置编码',
    patch: '从另一段文本移植',
    steer: '用向量引导',
    json: '任意改动，JSON 格式'
  },
  explained: {
    zero: '这个头加到残差流里的内容变为 0。',
    mean: '这个头所加的内容变为它在本文各词元上的平均，或在另一些句子上的平均：它不再区分词元。',
    scale: '这个头所加的内容乘以一个系数：0 去掉它，−1 把它反过来。',
    score: '在 softmax 之前：多加 1，权重相对其他权重变为 2.7 倍。',
    weight: '某一行的一个权重，从 0 到 1。也可以点击下面图中的权重。',
    mask: '谁都看不到这个词元，或只有一个头看不到。',
    temperature: '分数除以温度：小于 1 变尖锐，大于 1 变平缓。',
    normalizer: '用什么把分数变成权重。',
    squash: '用 tanh 把分数限制在 −1 和 1 之间，没有哪个词元能太突出。',
    window: '一个词元向两边各看多少个词元；留空表示不限。',
    positions: '模型靠什么知道先后。',
    patch: '模型读另一段文本时，同一位置上的内容。',
    steer: '加到某一层之后的残差流里：一段文本平均有而另一段没有的东西。',
    json: '一处改动或一个列表，写法见 docs/edits.md。'
  },
  choices: { normalizer: '归一化', squash: '压缩', positions: '位置编码', patch: '什么', steer: '来自' },
  chosen: {
    head_output: '头的输出',
    pattern: '头的注意力',
    residual: '层的残差流',
    texts: '两段文本',
    vector: '一组数字'
  },
  numbers: { scale: '系数', score: '加', weight: '权重', temperature: '温度', window: '向前多少词元', steer: '倍数' },
  fields: {
    part: '注意力',
    layer: '层',
    head: '头',
    query: '从词元',
    key: '到词元',
    at: '在词元',
    token: '词元',
    value: '值',
    renormalise: '同行其余权重补足到 100 %',
    right: '向后多少词元',
    from: '对方的词元',
    step: '从第几步起',
    text: '另一段文本',
    texts: '取平均所用的句子，每行一句；留空则用本文',
    to: '更像这段文本',
    other: '更不像这一段',
    vector: '数字个数与模型宽度相同',
    json: '改动',
    all: '全部',
    every: '每一个',
    whole: '整个模型'
  },
  said: {
    head: (at, head) => (head === undefined ? `${layerOf(at)}的所有头` : `${layerOf(at)}第 ${head} 头`),
    zero: (what) => `去掉${what}`,
    mean: (what, texts) => (texts === undefined ? `让${what}取平均` : `让${what}取 ${texts} 段文本的平均`),
    scale: (what, value) => `${what}乘以 ${value}`,
    add: (what, value) => `${what}加 ${value}`,
    set: (what, value) => `${what}设为 ${value}`,
    renormalise: (what) => `${what}重新归一`,
    patch: (what, from) => `${what}移植自${from}`,
    configure: (what, settings) => `${what}：${settings}`,
    weight: (what, query, key) => `${what}，${query} → ${key}`,
    row: (what, query) => `${what}，在 ${query} 处`,
    column: (what, key) => `${what}，朝向 ${key}`,
    hide: (tokens) => `隐藏 ${tokens}`,
    steps: (step) => `从第 ${step} 步起`,
    vector: '一个向量',
    otherText: (text) => `“${text}”`,
    saved: '保存的记录'
  },
  predictions: {
    heading: '接下来会是什么',
    after: (token) => html`${token} 之后`,
    labels: '判断',
    token: '词元',
    divergence: '预测在哪里移动了',
    whatDivergence: '词元颜色的深浅是它之后的预测移动了多少：KL 散度，以比特计。点击一个词元看它的预测。',
    bits: '比特',
    apart: (bits) => `改动后与原来相差 ${bits} 比特（KL 散度）。`
  },
  experiments: '实验'
}

export const effects: typeof english.effects = {
  heading: '这里哪些头起作用？',
  action: '逐个头试',
  stop: '停止',
  running: (done, total) => `已试 ${done} / ${total} 个头`,
  measure: '衡量谁的 logit',
  contrast: '与谁的相比',
  failed: (said) => `没有试成：${said}`,
  nothing: '不比',
  whatContrast: '一个词元，例如 “she” 与 “he” 相比：这时衡量的是两个 logit 之差',
  ablate: '把头变成',
  zero: '零',
  mean: '它的平均',
  cell: ({ layer, head }, effect) => `第 ${layer} 层第 ${head} 头：${effect}`,
  place: (name, token, effect) => `${token}，${name}：${effect}`,
  click: '一行一层，一列一头。点击一个头，把它真的改掉。',
  loss: (work) => `全部试完只用了同样多次完整运行的 ${work}：它们共用这个头以下的各层。`,
  legend: '去掉这个头后 logit 的变化',
  patchHeading: '另一段文本在哪里造成差别？',
  otherText: '另一段词元数相同的文本',
  patchAction: '逐个位置试',
  runningPlaces: (done, total) => `已试 ${done} / ${total} 个位置`,
  rows: '一行是离开一层的内容，最先是嵌入；一列是一个词元。点击一个位置进行移植。',
  embedding: '入',
  legendOfPatch: '在那里换上另一段文本的向量后 logit 的变化',
  whole: (other) => `另一段文本自己的 logit 与这一段相差 ${other}。`,
  caveat:
    '这里显示的是：切除一个头后，预测如何变化。没有显示的是：这个头的注意力解释了预测。很不相同的注意力可以得出相同的预测（Jain & Wallace 2019），不过单凭这一点也不能说注意力毫无意义（Wiegreffe & Pinter 2019）。而且少了一个头的模型已偏离它受训的轨道：其他头可能会做得比平时更多；两个头也可能互相替补，于是哪个看起来都不重要。'
}
