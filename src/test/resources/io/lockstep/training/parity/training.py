"""Writes the PyTorch runs of each way to train that PyTorchTrainingTest repeats loss by loss.

All begin with the weights of formula.safetensors and see formula's rows, see parity.py. A case is
what a run file says in `training`, and the same said to PyTorch. Beside the mean batch loss before
each update, training.json holds the learning rate of each step and the loss on the same rows after
the last, of the averaged weights where they are averaged, never smoothed.

    python training.py        needs torch and numpy, on CPU; writes training.json here
"""
import json, struct, sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.optim import lr_scheduler as schedulers
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from optimizers import torchs
from parity import NORMALISE, formula, small_cnn

ROWS, BATCH, EPOCHS = 200, 64, 6
STEPS_PER_EPOCH = -(-ROWS // BATCH)
STEPS = EPOCHS * STEPS_PER_EPOCH


def schedule(choice, optimizer, steps):
    """PyTorch's scheduler, and the steps from one call of it to the next."""
    [(kind, s)] = choice.items()
    rate = optimizer.defaults["lr"]
    if kind == "step":
        return schedulers.StepLR(optimizer, s["everyEpochs"], s["factor"]), STEPS_PER_EPOCH
    if kind == "exponential":
        return schedulers.ExponentialLR(optimizer, s["factor"]), STEPS_PER_EPOCH
    if kind == "cosine":
        return schedulers.CosineAnnealingLR(optimizer, steps, eta_min=rate * s.get("to", 0)), 1
    if kind == "oneCycle":
        return schedulers.OneCycleLR(
            optimizer, rate, steps, pct_start=s.get("warm", 0.3), cycle_momentum=False,
            div_factor=s.get("startDivisor", 25), final_div_factor=s.get("endDivisor", 1e4)), 1
    if kind == "warmup":
        warm = s["steps"]
        rise = schedulers.LinearLR(optimizer, 1 / warm, total_iters=warm - 1)
        then, every = schedule(s["then"], optimizer, steps - warm)
        assert every == 1
        return schedulers.SequentialLR(optimizer, [rise, then], [warm]), 1
    return schedulers.LambdaLR(optimizer, lambda step: 1), 1


SGD = dict(sgd=dict(learningRate=0.03, momentum=0.9))
CASES = {
    "adam": dict(optimizer=dict(adam=dict(learningRate=0.005))),
    "adam, weight decay": dict(optimizer=dict(adam=dict(
        learningRate=0.005, beta1=0.8, beta2=0.99, epsilon=1e-6, weightDecay=0.05))),
    "adamw": dict(optimizer=dict(adamw=dict(learningRate=0.005, weightDecay=0.5))),
    "step": dict(optimizer=SGD, schedule=dict(step=dict(everyEpochs=2, factor=0.4))),
    "exponential": dict(optimizer=SGD, schedule=dict(exponential=dict(factor=0.6))),
    "cosine": dict(optimizer=SGD, schedule=dict(cosine=dict())),
    "cosine, to": dict(optimizer=SGD, schedule=dict(cosine=dict(to=0.2))),
    "oneCycle": dict(optimizer=SGD, schedule=dict(oneCycle=dict())),
    "oneCycle, otherwise": dict(optimizer=SGD, schedule=dict(oneCycle=dict(
        warm=0.5, startDivisor=4, endDivisor=10))),
    "warmup": dict(optimizer=SGD, schedule=dict(warmup=dict(steps=7, then=dict(constant=dict())))),
    "warmup, cosine": dict(optimizer=SGD, schedule=dict(warmup=dict(
        steps=5, then=dict(cosine=dict(to=0.1))))),
    "clipNorm": dict(optimizer=SGD, clipNorm=0.4),
    "labelSmoothing": dict(optimizer=SGD, labelSmoothing=0.2),
    "averageWeights": dict(optimizer=SGD, averageWeights=0.8),
    "all": dict(
        optimizer=dict(adamw=dict(learningRate=0.01, weightDecay=0.2)),
        schedule=dict(oneCycle=dict()),
        clipNorm=0.5, labelSmoothing=0.1, averageWeights=0.7),
}


def first_weights(net):
    raw = (HERE / "formula.safetensors").read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    head, blob = json.loads(raw[8:8 + size]), raw[8 + size:]
    for name, parameter in net.named_parameters():
        begin, end = head[name]["data_offsets"]
        values = np.frombuffer(blob[begin:end], "<f4").reshape(head[name]["shape"]).copy()
        parameter.data = torch.from_numpy(values)
    return net


def run(name, case):
    net = first_weights(small_cnn())
    images, labels = formula(ROWS)
    x = (torch.tensor(images).float().div(255).unsqueeze(1) - NORMALISE[0]) / NORMALISE[1]
    y = torch.tensor(labels).long()
    [(kind, settings)] = case["optimizer"].items()
    optimizer = torchs(kind, settings, net.parameters())
    scheduler, every = schedule(case.get("schedule", dict(constant=dict())), optimizer, STEPS)
    loss_of = nn.CrossEntropyLoss(label_smoothing=case.get("labelSmoothing", 0))
    average = case.get("averageWeights")
    kept = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(average)) if average else net
    losses, rates, clipped = [], [], 0
    for _ in range(EPOCHS):
        for i in range(0, ROWS, BATCH):
            optimizer.zero_grad()
            loss = loss_of(net(x[i:i + BATCH]), y[i:i + BATCH])
            loss.backward()
            if "clipNorm" in case:
                norm = nn.utils.clip_grad_norm_(net.parameters(), case["clipNorm"])
                clipped += norm.item() > case["clipNorm"]
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if average:
                kept.update_parameters(net)
            losses.append(loss.item())
            if len(losses) % every == 0:
                scheduler.step()
    with torch.no_grad():
        test_loss = nn.functional.cross_entropy(kept(x), y).item()
    print(f"{name}: loss {losses[0]:.4f} -> {losses[-1]:.4f}, test {test_loss:.4f}, {clipped} clipped")
    return {"name": name, "training": {"epochs": EPOCHS, "batchSize": BATCH, "shuffle": False, **case},
            "losses": [float(f"{v:.7g}") for v in losses], "rates": [float(f"{v:.9g}") for v in rates],
            "test_loss": test_loss}


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    lines = [json.dumps(run(name, case), separators=(",", ":")) for name, case in CASES.items()]
    text = '{"rows":' + str(ROWS) + ',"cases":[\n' + ",\n".join(lines) + "\n]}\n"
    (HERE / "training.json").write_text(text)
