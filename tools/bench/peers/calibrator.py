"""The calibrator in PyTorch: hand-batched with the same weights, or Hugging Face's question-answering pipeline.

Arguments: loop or pipeline, the checkpoint's folder, the items' file. Each line on standard input is one pass over all items.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F

kind, folder, items_file = sys.argv[1:]
work = json.load(open(items_file))
torch.set_num_threads(work["threads"])
items = work["items"]  # words of the passage, start and end of the initial answer
say = lambda reply: print(json.dumps(reply), flush=True)


def pipeline_pass():
    import transformers
    from transformers import pipeline

    if int(transformers.__version__.split(".")[0]) >= 5:
        say({"missing": f"transformers {transformers.__version__} has no question-answering pipeline; it needs transformers < 5"})
        sys.exit()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    answer = pipeline("question-answering", model=folder, tokenizer=folder, framework="pt", device=-1)
    questions = [" ".join(words[start:end]) for words, start, end in items]
    contexts = [" ".join(words) for words, _, _ in items]

    def run():
        answer(question=questions, context=contexts, batch_size=work["batch"])
        return []

    return run, f"transformers {transformers.__version__}"


def loop_pass():
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from transformers import AutoModel, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    config = json.load(open(f"{folder}/config.json"))["calibre"]["calibrator"]
    longest = config["maxSpan"]
    bert = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    weights = {n.removeprefix("calibrator."): t for n, t in load_file(f"{folder}/model.safetensors").items() if n.startswith("calibrator.")}
    linear = lambda x, name: F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])
    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")

    def rows():
        encoded = tokenizer.encode_batch([(words[start:end], words) for words, start, end in items], is_pretokenized=True)
        for index, (row, (words, start, end)) in enumerate(zip(encoded, items)):
            first, last = [0] * (len(words) + 1), [0] * (len(words) + 1)
            inside = [0] * len(row.ids)
            for at, (sequence, word) in enumerate(zip(row.sequence_ids, row.word_ids)):
                if sequence != 1:
                    continue
                last[word + 1] = at
                if first[word + 1] == 0:
                    first[word + 1] = at
                inside[at] = int(start <= word < end)
            yield index, row.ids, row.type_ids, inside, first, last

    def pad(lists):
        width = max(map(len, lists))
        return torch.tensor([values + [0] * (width - len(values)) for values in lists])

    def scores(batch):
        ids, types, inside, first, last = (pad([row[column] for row in batch]) for column in range(1, 6))
        lengths = torch.tensor([len(row[1]) for row in batch])
        units = torch.tensor([len(row[4]) for row in batch])
        mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        embedded = bert.embeddings.word_embeddings(ids) + weights["index_embeddings.weight"][inside]
        states = bert(inputs_embeds=embedded, token_type_ids=types, attention_mask=mask).last_hidden_state
        rows_at = lambda at: states.gather(1, at[:, :, None].expand(-1, -1, states.shape[2]))
        start, end = rows_at(first), rows_at(last)
        s, e = linear(start, "start").squeeze(2), linear(end, "end").squeeze(2)
        u, v = F.gelu(linear(start, "matching.start")), F.gelu(linear(end, "matching.end"))
        W, K = u.shape[1], u.shape[2]
        w = weights["matching.linear.weight"][0]
        distance = torch.arange(W)[None, :] - torch.arange(W)[:, None]
        bias = weights["matching.length.weight"][distance.clamp(0, longest), 0]
        m = u @ weights["matching.bilinear"] @ v.transpose(1, 2) + (u @ w[:K])[:, :, None] + (v @ w[K:])[:, None, :]
        pair = s[:, :, None] + e[:, None, :] + m + weights["matching.linear.bias"] + bias
        allowed = (distance >= 0) & (distance < longest)
        allowed[0] = False
        allowed = allowed & (torch.arange(W) < units[:, None])[:, None, :]
        allowed[:, 0, 0] = True
        logs = pair.masked_fill(~allowed, -torch.inf).flatten(1).log_softmax(1)
        best = logs[:, 1:].argmax(1) + 1
        at = torch.arange(len(batch))
        label = linear((start[at, best // W] + end[at, best % W]) / 2, "label").log_softmax(1).argmax(1)
        own = torch.tensor([(items[row[0]][1] + 1) * W + items[row[0]][2] for row in batch])
        return zip(logs[at, own].tolist(), logs[:, 0].tolist(), logs[at, best].tolist(), best.tolist(), label.tolist())

    def run():
        ordered = sorted(rows(), key=lambda row: len(row[1]))
        found = [0.0] * len(items)
        with torch.inference_mode():
            for from_ in range(0, len(ordered), work["batch"]):
                batch = ordered[from_ : from_ + work["batch"]]
                for row, (own, *_) in zip(batch, scores(batch)):
                    found[row[0]] = own
        return found

    return run, f"PyTorch {torch.__version__}"


run, version = {"pipeline": pipeline_pass, "loop": loop_pass}[kind]()
say({"version": version})
for line in sys.stdin:
    begun, processor = time.perf_counter(), time.process_time()
    found = run()
    say({"seconds": time.perf_counter() - begun, "processorSeconds": time.process_time() - processor, "scores": found})
