/** Terms, explained where they stand: `[[query]]` in a text is a button that opens the explanation. */
import type { SiteWords } from '../en/index.js'

export const terms: SiteWords['terms'] = {
  token: { name: '词元', text: '模型作为一个单位读入的一小段文本：一个词、词的一部分，或一个标点。' },
  layer: { name: '层', text: '模型的一个阶段：先是注意力，再是前馈网络。每一层处理前一层的输出。' },
  head: { name: '头', text: '一层之中并行工作的几个注意力单元之一。每个头有自己的查询、键和值。' },
  query: { name: '查询', text: '表示一个词元在寻找什么的向量。查询与键的点积就是那个键的分数。' },
  value: { name: '值', text: '一个词元要传递的内容，是一个向量。注意力把各个值乘以权重后相加。' },
  key: { name: '键', text: '表示一个词元能提供什么的向量。模型用它与查询比较。' },
  weight: { name: '权重', text: '注意力的份额。softmax 把分数变成权重：每个权重都大于 0，一行合计 100 %。' },
  attention: { name: '注意力', text: '每个词元对其他词元的值加权求和。注意力权重表示每个值占多少。' },
  cross: { name: '交叉注意力', text: '从一段文本到另一段文本的注意力：解码器写出的每个词元关注编码器读入的词元。' },
  encoder: { name: '编码器', text: '模型中通读全文的部分。它的每个词元都能关注前后的词元。' },
  decoder: { name: '解码器', text: '模型中负责写的部分。它的每个词元只关注自己和前面的词元。' },
  softmax: { name: 'softmax', text: '把分数变成份额的函数：先求 e 的各个分数次方，再除以总和。' },
  mask: { name: '掩码', text: '规定一个查询看不到哪些键的规则。看不到的键权重为 0。因果掩码隐藏后面的所有词元。' },
  logit: { name: 'logit', text: '模型给下一个词元的分数。softmax 把 logit 变成概率。' },
  cache: { name: 'KV 缓存', text: '已保存的所有词元的键和值。对于新词元，模型只需计算一个新的键和值。' },
  position: { name: '位置', text: '词元在文本中的位置。注意力本身不区分次序，所以模型要加入位置信息。' }
}
