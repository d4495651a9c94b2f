"""Writes the PyTorch runs that PyTorchParityTest repeats loss by loss.

For each case: NAME.safetensors holds the first weights (names and shapes of an nn.Sequential's
state_dict, float32), NAME.json the settings, the mean batch loss before each update, and what the
weights are like afterwards. Rows are the first `rows` of MNIST's training file, in file order,
never shuffled, or, for the case that needs no MNIST, a formula; the last batch may be smaller.

    python parity.py MNIST_DIR OUT_DIR [CASE...]        needs torch and numpy, on CPU
"""
import gzip, json, struct, sys
from pathlib import Path

import numpy as np
import torch
from torch import nn


def idx(path):
    raw = gzip.open(path).read()
    dims = raw[3]
    shape = struct.unpack(f">{dims}I", raw[4:4 + 4 * dims])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dims).reshape(shape)


def formula(rows):
    """Row r has label r mod 10; its pixel i is (3 i (label + 1) + r) mod 256."""
    row, pixel = np.arange(rows)[:, None], np.arange(784)[None, :]
    images = ((3 * pixel * (row % 10 + 1) + row) % 256).astype(np.uint8).reshape(rows, 28, 28)
    return images, np.arange(rows) % 10


def mnist(folder, kind, rows):
    return (idx(folder / f"{kind}-images-idx3-ubyte.gz")[:rows],
            idx(folder / f"{kind}-labels-idx1-ubyte.gz")[:rows])


def save_safetensors(path, tensors):
    header, blob = {}, b""
    for name, t in tensors.items():
        data = t.detach().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(t.shape),
                        "data_offsets": [len(blob), len(blob) + len(data)]}
        blob += data
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(head)) + head + blob)


def softmax():
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    nn.init.normal_(net[1].weight, 0, 0.01)
    nn.init.zeros_(net[1].bias)
    return net


def mlp(init=nn.init.kaiming_normal_, hidden=20):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
                        nn.Linear(hidden, 10), nn.ReLU())
    for m in net:
        if isinstance(m, nn.Linear):
            init(m.weight)
            nn.init.zeros_(m.bias)
    return net


def cnn():
    return nn.Sequential(nn.Conv2d(1, 10, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(10, 20, 5), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(320, 50), nn.Linear(50, 10))


def small_cnn():
    return nn.Sequential(nn.Conv2d(1, 4, 5, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2, 1),
                         nn.Conv2d(4, 6, 3), nn.ReLU(), nn.AvgPool2d(2, 1), nn.Flatten(), nn.Linear(96, 10))


class Residual(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.body(x)


class Concat(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*b) for b in branches)

    def forward(self, x):
        return torch.cat([b(x) for b in self.branches], dim=1)


def small_residual():
    def block(channels):
        return Residual(nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(),
                        nn.Conv2d(channels, channels, 3, padding=1))
    return nn.Sequential(nn.Conv2d(1, 4, 5), nn.ReLU(), nn.MaxPool2d(2), block(4), nn.ReLU(), nn.Conv2d(4, 8, 5),
                         nn.ReLU(), nn.MaxPool2d(2), block(8), nn.ReLU(), nn.Flatten(), nn.Linear(128, 10))


def small_inception():
    def inception(channels):
        return Concat([nn.AvgPool2d(3, 1, 1), nn.Conv2d(channels, 3, 1)], [nn.Conv2d(channels, 2, 1)],
                      [nn.Conv2d(channels, 2, 1), nn.Conv2d(2, 3, 5, padding=2)],
                      [nn.Conv2d(channels, 2, 1), nn.Conv2d(2, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1)])
    return nn.Sequential(nn.Conv2d(1, 4, 5), nn.MaxPool2d(2), nn.ReLU(), inception(4), nn.Conv2d(11, 4, 5),
                         nn.MaxPool2d(2), nn.ReLU(), inception(4), nn.Flatten(), nn.Linear(176, 10))


def small_batch_norm():
    return nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=2), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        Residual(nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4, momentum=0.3), nn.Tanh()),
        nn.Flatten(), nn.Linear(144, 20), nn.BatchNorm1d(20, eps=0.001), nn.ReLU(), nn.Linear(20, 10))


NORMALISE = (0.1307, 0.3081)
CASES = {
    # name: network, optimizer, batch, rows, epochs, normalise to mean/std
    "softmax": (softmax, dict(kind="sgd", lr=0.005), 256, 10240, 1, None),
    "mlp-small": (mlp, dict(kind="sgd", lr=0.01), 200, 4000, 1, NORMALISE),
    "mlp-small-randn": (lambda: mlp(nn.init.normal_), dict(kind="sgd", lr=0.01), 200, 600, 1, NORMALISE),
    "cnn": (cnn, dict(kind="sgd", lr=0.01, momentum=0.5), 64, 3840, 1, NORMALISE),
    "cnn-last-batch-smaller": (cnn, dict(kind="sgd", lr=0.01, momentum=0.5), 64, 1000, 2, NORMALISE),
    "formula": (small_cnn, dict(kind="sgd", lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.001), 64, 200, 4,
                NORMALISE),
    "formula-residual": (small_residual, dict(kind="sgd", lr=0.02, momentum=0.5), 64, 300, 5, NORMALISE),
    "formula-batch-norm": (small_batch_norm, dict(kind="sgd", lr=0.02, momentum=0.5), 64, 300, 5, NORMALISE),
    "formula-inception": (small_inception, dict(kind="sgd", lr=0.02, momentum=0.5), 64, 300, 5, NORMALISE),
}


def tensors_of(net):
    return {k: t for k, t in net.state_dict().items() if not k.endswith("num_batches_tracked")}


def run(name, case, folder, out, seed=7):
    make, settings, batch, rows, epochs, norm = case
    torch.manual_seed(seed)
    net = make()
    save_safetensors(out / f"{name}.safetensors", tensors_of(net))

    def tensors(images, labels):
        x = torch.tensor(images).float().div(255).unsqueeze(1)
        return ((x - norm[0]) / norm[1] if norm else x), torch.tensor(labels).long()

    x, y = tensors(*(formula(rows) if name.startswith("formula") else mnist(folder, "train", rows)))
    tx, ty = (x, y) if name.startswith("formula") else tensors(*mnist(folder, "t10k", 10000))
    keywords = {k: v for k, v in settings.items() if k != "kind"}
    opt, ce = torch.optim.SGD(net.parameters(), **keywords), nn.CrossEntropyLoss()
    losses = []
    for _ in range(epochs):
        for i in range(0, rows, batch):
            opt.zero_grad()
            loss = ce(net(x[i:i + batch]), y[i:i + batch])
            loss.backward()
            opt.step()
            losses.append(loss.item())
    net.eval()
    with torch.no_grad():
        logits = net(tx)
    json.dump({
        "network": str(net), "optimizer": settings, "batch": batch, "rows": rows, "epochs": epochs,
        "normalise": norm, "shuffle": False, "losses": losses,
        "weight_norms_after": {k: t.double().norm().item() for k, t in tensors_of(net).items()},
        "test_loss_after": ce(logits, ty).item(),
        "test_accuracy_after": (logits.argmax(1) == ty).double().mean().item(),
    }, open(out / f"{name}.json", "w"), indent=1)
    print(f"{name}: {len(losses)} steps, loss {losses[0]:.6f} -> {losses[-1]:.6f}")


if __name__ == "__main__":
    mnist_folder, out_folder = Path(sys.argv[1]), Path(sys.argv[2])
    for chosen in sys.argv[3:] or CASES:
        run(chosen, CASES[chosen], mnist_folder, out_folder)
