"""A network that lockstep VERSION trained, for PyTorch.

weights_sha256 643db68eaf42e30c3511ba8ce75eedf06f53e17c6d5881f103f2cc0a9dd05e2f

    model = load()
    probabilities = model(x)  # x: float32 [N, 1, 28, 28], gives [N, 10]

x holds raw values [N, 1, 28, 28]: of bytes, value / 255 (a pixel 0 to 1). Normalisation is part of the
model.
"""

import json
from pathlib import Path

import torch
from torch import nn


class Residual(nn.Module):
    """x + body(x)"""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return x + self.body(x)


class Concat(nn.Module):
    """The ends of the branches, one after another along the channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.network = nn.Sequential(
            nn.Conv2d(1, 4, kernel_size=3, stride=2, padding=1),
            nn.BatchNorm2d(4, eps=0.001, momentum=0.2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
            Residual(
                nn.Sequential(
                    nn.Conv2d(4, 4, kernel_size=3, padding=1),
                    nn.LeakyReLU(0.2),
                    Residual(
                        nn.Sequential(
                            nn.Conv2d(4, 4, kernel_size=1),
                            nn.Tanh(),
                        ),
                    ),
                ),
            ),
            Concat(
                nn.Sequential(
                    nn.AvgPool2d(3, stride=1, padding=1),
                    nn.Conv2d(4, 3, kernel_size=1),
                ),
                nn.Sequential(),
                nn.Sequential(
                    Concat(
                        nn.Sequential(
                            nn.ReLU(),
                        ),
                        nn.Sequential(
                            nn.Tanh(),
                        ),
                    ),
                ),
            ),
            nn.Dropout(0.5),
            nn.AvgPool2d(2),
            Concat(
                nn.Sequential(
                    nn.AdaptiveAvgPool2d(1),
                    nn.Flatten(),
                ),
                nn.Sequential(
                    nn.Flatten(),
                ),
            ),
            nn.BatchNorm1d(150, eps=1.0E-5, momentum=0.1),
            nn.Sigmoid(),
            nn.Linear(150, 20),
            nn.ReLU(),
            nn.Linear(20, 10),
        )

    def logits(self, x):
        return self.network((x - 0.1) / 0.3)

    def forward(self, x):
        return self.logits(x).softmax(dim=1)


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        values = bytearray(data[start + first : start + last])
        tensors[name] = torch.frombuffer(values, dtype=torch.float32).reshape(entry["shape"])
    return tensors


def load(weights=Path(__file__).with_name("model.safetensors")):
    """The model with its weights, ready to score."""
    model = Model()
    model.network.load_state_dict(read_safetensors(Path(weights)))
    return model.eval()
