"""A calibrator's training step in PyTorch: weights and batches from a folder, commands from standard input, a JSON line for each."""
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder = sys.argv[1]
meta = json.load(open(f"{folder}/meta.json"))
torch.set_num_threads(meta["threads"])


def read(file, shape, kind):
    return torch.from_numpy(np.fromfile(f"{folder}/{file}", dtype=kind).reshape(shape).copy())


weights = {
    name: torch.nn.Parameter(read(f"weight-{i}", shape, np.float32))
    for i, (name, shape) in enumerate(meta["parameters"])
}
batches = [
    {name: read(f"batch-{b}-{name}", shape, kind) for name, shape, kind in feeds}
    for b, feeds in enumerate(meta["batches"])
]
linear = lambda x, name: F.linear(x, weights[name + ".weight"], weights[name + ".bias"])
table = lambda ids, name: F.embedding(ids.long(), weights[name + ".weight"])


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], meta["epsilon"])


def encode(batch):
    heads = meta["heads"]
    B, T = batch["inputIds"].shape
    sums = [
        table(batch["inputIds"], "bert.embeddings.word_embeddings"),
        weights["bert.embeddings.position_embeddings.weight"][:T],
        table(batch["tokenTypeIds"], "bert.embeddings.token_type_embeddings"),
        table(batch["indexIds"], "calibrator.index_embeddings"),
        table(batch["shapeIds"], "calibrator.shape_embeddings"),
        table(batch["labelIds"], "calibrator.label_embeddings"),
    ]
    x = norm(sum(sums), "bert.embeddings.LayerNorm")
    attended = batch["attentionMask"][:, None, None, :] == 1
    apart = lambda t: t.view(B, T, heads, -1).transpose(1, 2)
    for i in range(meta["layers"]):
        name = f"bert.encoder.layer.{i}."
        q, k, v = (apart(linear(x, name + f"attention.self.{part}")) for part in ("query", "key", "value"))
        context = F.scaled_dot_product_attention(q, k, v, attn_mask=attended).transpose(1, 2).reshape(x.shape)
        x = norm(x + linear(context, name + "attention.output.dense"), name + "attention.output.LayerNorm")
        inner = F.gelu(linear(x, name + "intermediate.dense"))
        x = norm(x + linear(inner, name + "output.dense"), name + "output.LayerNorm")
    return x


def at(states, positions):
    return torch.gather(states, 1, positions.long()[:, :, None].expand(-1, -1, states.shape[-1]))


def lossOf(batch):
    states = encode(batch)
    start, end = at(states, batch["startPositions"]), at(states, batch["endPositions"])
    B, W = start.shape[:2]
    u = F.gelu(linear(start, "calibrator.matching.start"))
    v = F.gelu(linear(end, "calibrator.matching.end"))
    K = u.shape[-1]
    both = weights["calibrator.matching.linear.weight"][0]
    pairs = (u @ both[:K])[:, :, None] + (v @ both[K:])[:, None, :] + weights["calibrator.matching.linear.bias"]
    pairs = pairs + u @ weights["calibrator.matching.bilinear"] @ v.transpose(1, 2)
    unit = torch.arange(W)
    lengths = (unit[None, :] - unit[:, None]).clamp(-1, meta["maxSpan"])
    biases = weights["calibrator.matching.length.weight"][lengths.clamp(min=0), 0] * (lengths >= 0)
    scores = linear(start, "calibrator.start") + linear(end, "calibrator.end").transpose(1, 2) + pairs + biases
    scores = scores.float().masked_fill(batch["candidates"] == 0, -math.inf).view(B, W * W)
    gold = batch["goldStart"].long() * W + batch["goldEnd"].long()
    pick = lambda states, place: at(states, place[:, None])[:, 0]
    middle = (pick(start, batch["goldStart"]) + pick(end, batch["goldEnd"])) / 2
    labels = linear(middle, "calibrator.label").float()
    known = batch["goldLabel"].long()
    return F.cross_entropy(scores, gold) + 0.3 * F.cross_entropy(labels, known, ignore_index=-100)


optimizer = torch.optim.AdamW(weights.values(), lr=meta["learningRate"], betas=meta["betas"], weight_decay=0.01, fused=True)
step = 0
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    command = json.loads(line)
    losses, begun = [], time.perf_counter()
    for _ in range(command["steps"]):
        with torch.autocast("cpu", torch.bfloat16, enabled=command["autocast"]):
            loss = lossOf(batches[step % len(batches)])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        step += 1
    print(json.dumps({"losses": losses, "seconds": time.perf_counter() - begun}), flush=True)
