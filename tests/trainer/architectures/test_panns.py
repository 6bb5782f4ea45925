"""CNN14: the published names, the published count, the published block, published weights."""

import pytest
import torch
from tests.trainer.architectures.tracing import parameters
from torch.nn import functional

from earmark_trainer.architectures.panns import Cnn14, ConvBlock, Decibels, load_published

PUBLISHED_PARAMETERS = 80_753_615
"""Kong et al. (2020), number of parameters of CNN14 with its 527 classes."""


def _norm(name: str) -> set[str]:
    kinds = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    return {f"{name}.{kind}" for kind in kinds}


def _published_names() -> set[str]:
    names = _norm("bn0")
    for number in range(1, 7):
        for half in (1, 2):
            names |= {f"conv_block{number}.conv{half}.weight"}
            names |= _norm(f"conv_block{number}.bn{half}")
    return names | {f"{fc}.{kind}" for fc in ("fc1", "fc_audioset") for kind in ("weight", "bias")}


def test_names_and_count_are_the_published_ones():
    with torch.device("meta"):
        net = Cnn14(527)
    assert set(net.state_dict()) == _published_names()
    assert parameters(net) == PUBLISHED_PARAMETERS


def _convolve(x: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """A padded 3×3 convolution as a sum of shifted copies."""
    padded = functional.pad(x, (1, 1, 1, 1))
    height, width = x.shape[2:]
    total = torch.zeros(x.shape[0], kernel.shape[0], height, width, dtype=x.dtype)
    for row in range(3):
        for column in range(3):
            part = padded[:, :, row : row + height, column : column + width]
            total += torch.einsum("bchw,oc->bohw", part, kernel[:, :, row, column])
    return total


def _normalise(x: torch.Tensor, norm: torch.nn.BatchNorm2d) -> torch.Tensor:
    shape = (1, -1, 1, 1)
    mean, variance = norm.get_buffer("running_mean"), norm.get_buffer("running_var")
    scaled = (x - mean.view(shape)) / (variance.view(shape) + 1e-5).sqrt()
    return scaled * norm.weight.view(shape) + norm.bias.view(shape)


@torch.no_grad()
def test_block_against_a_plain_statement_of_it():
    torch.manual_seed(3)
    block = ConvBlock(4, 6, pool=2).double().eval()
    for norm in (block.bn1, block.bn2):
        norm.get_buffer("running_mean").normal_()
        norm.get_buffer("running_var").uniform_(0.5, 2.0)
        norm.weight.normal_()
        norm.bias.normal_()
    x = torch.randn(2, 4, 10, 8, dtype=torch.float64)
    expected = _normalise(_convolve(x, block.conv1.weight), block.bn1).clamp_min(0)
    expected = _normalise(_convolve(expected, block.conv2.weight), block.bn2).clamp_min(0)
    expected = expected.reshape(2, 6, 5, 2, 4, 2).mean(dim=(3, 5))
    torch.testing.assert_close(block(x), expected)


@torch.no_grad()
def test_both_feature_set_ups():
    x = torch.tensor([0, 170, 255], dtype=torch.uint8)
    torch.testing.assert_close(Decibels("db")(x), torch.tensor([-60.0, 0.0, 30.0]))
    expected = torch.log10(1 + torch.tensor([1e-6, 1.0, 1000.0]))
    torch.testing.assert_close(Decibels("log1p")(x), expected, atol=1e-6, rtol=1e-4)


def _small(net: Cnn14) -> dict[str, torch.Tensor]:
    """A checkpoint in the published form, with the front end's tensors that ours leaves out."""
    weights = {name: torch.full_like(value, 2) for name, value in net.state_dict().items()}
    weights["spectrogram_extractor.stft.conv_real.weight"] = torch.zeros(513, 1, 1024)
    weights["logmel_extractor.melW"] = torch.zeros(513, 64)
    return weights


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr("earmark_trainer.architectures.panns._WIDTHS", (2, 2, 2, 2, 2, 2))


@pytest.mark.usefixtures("narrow")
def test_published_weights_are_taken_over_but_for_the_last_layer(tmp_path):
    checkpoint = tmp_path / "Cnn14_mAP=0.431.pth"
    torch.save({"iteration": 600_000, "model": _small(Cnn14(527))}, checkpoint)
    net = Cnn14(20)
    before = net.fc_audioset.weight.clone()
    load_published(net, checkpoint)
    torch.testing.assert_close(net.fc_audioset.weight, before)
    others = {n: v for n, v in net.state_dict().items() if not n.startswith("fc_audioset")}
    assert all(bool((value == 2).all()) for value in others.values())


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("content", [{"model": {"fc1.weight": torch.zeros(2, 2)}}, [1, 2]])
def test_another_checkpoint_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="not a CNN14 checkpoint"):
        load_published(Cnn14(20), tmp_path / "other.pth")


@pytest.mark.usefixtures("narrow")
def test_a_checkpoint_that_would_run_code_is_refused(tmp_path):
    torch.save({"model": print}, tmp_path / "code.pth")
    with pytest.raises(ValueError, match="plain tensors"):
        load_published(Cnn14(20), tmp_path / "code.pth")
