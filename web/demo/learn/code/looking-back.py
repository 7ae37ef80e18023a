import torch
from safetensors.torch import load_file

run = load_file('looking-back.safetensors')
q = run['blocks.5.attn.q'][1, -1]  # layer 5, head 1: the query of the last token
k = run['blocks.5.attn.k'][0]  # the keys of all tokens; two heads share them
weights = torch.softmax(k @ q / len(q) ** 0.5, dim=0)
for key in weights.argsort(descending=True)[:3]:
    print(int(key), f'{weights[key]:.4f}')
