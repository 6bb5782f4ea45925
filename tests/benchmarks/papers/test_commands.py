"""Each paper's command on a small set of the data set's form: printed numbers and measured ones."""

import json
import re

import numpy as np
import pytest
import torch
from benchmarks.papers.__main__ import main
from benchmarks.papers.printed import bengani as printed_bengani
from benchmarks.papers.printed import vibrary as printed_vibrary
from tests.benchmarks.papers import datasets
from tests.benchmarks.papers.sounds import write

from benchmarks.papers import bengani, pons, tagmap
from earmark_trainer.architectures.panns import Cnn14
from earmark_trainer.architectures.registry import Architecture, architecture


@pytest.fixture
def report(tmp_path, capsys):
    """Runs a command on a data set and gives what it printed."""

    def run(paper: str, data: object, *more: str) -> str:
        shared = ["--data", str(data), "--cache", str(tmp_path / "cache"), "--epochs", "1"]
        assert main([paper, *shared, *more]) == 0
        return str(capsys.readouterr().out)

    return run


@pytest.fixture
def narrow_cnn14(monkeypatch):
    monkeypatch.setattr("earmark_trainer.architectures.panns._WIDTHS", (4, 4, 4, 4, 8, 8))


@pytest.fixture
def short_windows(monkeypatch):
    """Windows of a few seconds in place of the papers' fifteen and thirty."""

    def short(name: str) -> Architecture:
        return architecture(name).with_window(6.4 if name == "mel-2d" else 2.0)

    monkeypatch.setattr(bengani, "architecture", short)
    monkeypatch.setattr(pons, "architecture", short)


def _row(text: str, name: str) -> list[str]:
    """The cells of the first line that begins with this name."""
    line = next(line for line in text.splitlines() if line.startswith(name))
    return re.split(r"  +", line.strip())[1:]


def test_vibrary_fills_what_the_data_allow_and_leaves_the_rest_empty(report, tmp_path):
    datasets.gtzan(tmp_path / "gtzan", clips=18)
    text = report("vibrary", tmp_path / "gtzan")
    printed, measured = _row(text, "10 ")
    assert float(printed) == printed_vibrary.GTZAN[10]
    assert 0.0 <= float(measured) <= 1.0
    assert _row(text, "80 ") == [f"{printed_vibrary.GTZAN[80]:.3f}"]
    assert float(_row(text, "ratio")[1]) > 1.0


def test_magnatagatune_tells_each_tag_and_draws_the_map(report, tmp_path):
    datasets.magnatagatune(tmp_path / "mtat")
    folder = tmp_path / "map"
    text = report("magnatagatune", tmp_path / "mtat", "--features", "mfcc", "--map", str(folder))
    clips, accuracy, *_ = _row(text, "no singer")
    assert int(clips) == 2
    assert 0.0 <= float(accuracy) <= 1.0
    assert "true negatives" in text
    tags = (folder / "labels.tsv").read_text().split("\n")[:-1]
    vectors = np.loadtxt(folder / "vectors.tsv", delimiter="\t")
    assert vectors.shape == (len(tags), tagmap.PROJECTOR_DIMENSIONS)


@pytest.mark.usefixtures("short_windows")
def test_bengani_measures_members_and_their_combinations(report, tmp_path):
    datasets.magnatagatune(tmp_path / "mtat", clips=24)
    text = report("bengani", tmp_path / "mtat", "--members", "mel-1d", "raw-1d")
    for chosen, row in printed_bengani.TABLE_5.items():
        cells = _row(text, " + ".join(chosen) + "  ")
        assert float(cells[0]) == row.roc_auc
        assert len(cells) == (2 if "mel-2d" in chosen else 4)


@pytest.mark.usefixtures("narrow_cnn14")
def test_openmic_runs_all_seven_configurations(report, tmp_path):
    datasets.openmic(tmp_path / "openmic")
    checkpoint = tmp_path / "Cnn14_mAP=0.431.pth"
    torch.save({"model": Cnn14(527).state_dict()}, checkpoint)
    tags = tmp_path / "tags.tsv"
    more = ("--checkpoint", str(checkpoint), "--tags", str(tags))
    text = report("openmic", tmp_path / "openmic", *more)
    for name in ("I", "II", "III", "IV", "V", "VI", "VII"):
        assert len(_row(text, name + " ")) == 8
    assert float(_row(text, "VI ")[1]) >= float(_row(text, "VII ")[1])
    assert len(tags.read_text().splitlines()) == 4
    assert all(".ogg\t" in line for line in tags.read_text().splitlines())


@pytest.mark.usefixtures("narrow_cnn14")
def test_openmic_without_a_checkpoint_says_what_is_needed(tmp_path, capsys):
    datasets.openmic(tmp_path / "openmic")
    data = ["--data", str(tmp_path / "openmic"), "--cache", str(tmp_path / "cache")]
    assert main(["openmic", *data, "--only", "V"]) == 0
    captured = capsys.readouterr()
    assert "published checkpoint" in captured.err
    assert len(_row(captured.out, "V ")) == 4


@pytest.mark.usefixtures("short_windows")
def test_pons_measures_degrees_by_their_root_mse(report, tmp_path):
    lines = ["path,vocals,energy"]
    for number in range(20):
        high = number % 2
        write(tmp_path / f"{number}.wav", 200.0 + 2000.0 * high, seconds=1.0)
        lines.append(f"{number}.wav,{high},{0.2 + 0.6 * high}")
    (tmp_path / "songs.csv").write_text("\n".join(lines) + "\n")
    models = ("GBT+features", "spectrogram-frontend")
    text = report("pons", tmp_path / "songs.csv", "--models", *models)
    for model in models:
        assert 0.0 <= float(_row(text, model)[7]) < 1.0
    assert len(_row(text, "sample-level")) == 5


def test_a_missing_data_set_is_told_in_words(tmp_path, capsys):
    assert main(["openmic", "--data", str(tmp_path)]) == 1
    assert "Zenodo" in capsys.readouterr().err


def test_the_map_is_one_page_without_a_network(tmp_path):
    tags = tuple(f"tag <{number}>" for number in range(8))
    random = np.random.default_rng(0)
    tagmap.write(tags, random.normal(size=(8, 20)).astype(np.float32), tmp_path)
    page = (tmp_path / "tagmap.html").read_text()
    assert not re.search(r"(src|href)=|@import|fetch\(", page)
    (data,) = re.findall(r'type="application/json">(.*?)</script>', page)
    assert [entry["tag"] for entry in json.loads(data)] == list(tags)


def test_word_vectors_of_several_words_are_averaged(tmp_path):
    (tmp_path / "words.txt").write_text("3 2\nMale 1 0\nvocal 0 1\nother 5 5\n")
    vectors = tagmap.word_vectors(tmp_path / "words.txt", ("male vocal", "vocal"))
    np.testing.assert_allclose(vectors, [[0.5, 0.5], [0.0, 1.0]])


def test_architectures_are_compared_on_packs_left_out(tmp_path, capsys):
    lines = ["path,pack,label"]
    for number in range(16):
        pack = "sonic-pi" if number >= 12 else f"pack {number % 3}"
        label, pitch = (("low", 150.0), ("high", 3000.0))[number % 2]
        write(tmp_path / f"{number}.wav", pitch)
        lines.append(f"{number}.wav,{pack},{label}")
    (tmp_path / "index.csv").write_text("\n".join(lines) + "\n")
    shared = ["--data", str(tmp_path), "--cache", str(tmp_path / "cache")]
    assert main(["packs", *shared, "--seconds", "0.5", "mel-1d"]) == 0
    window, heard, untrained, trained = _row(capsys.readouterr().out, "mel-1d")
    assert float(window) == 3.0
    assert int(heard) > 0
    assert 0.0 <= float(untrained) <= 1.0
    assert 0.0 <= float(trained) <= 1.0
