"""Each loader on a small set in the data set's exact form."""

import numpy as np
import pytest
from benchmarks.papers.loaders import folders, gtzan, idmt, magnatagatune, openmic, table
from benchmarks.papers.loaders.collection import DataMissingError, Split
from benchmarks.papers.loaders.synonyms import SYNONYMS, merged
from tests.benchmarks.papers import datasets
from tests.benchmarks.papers.sounds import write


def test_magnatagatune_as_bengani_uses_it(tmp_path):
    data = magnatagatune.load(datasets.magnatagatune(tmp_path), n_tags=3)
    assert data.labels == ("no voice", "guitars", "drum")
    assert len(data) == 16
    assert [len(data.rows(side)) for side in Split] == [13, 1, 2]
    assert data.targets[0].tolist() == [1, 0, 1]
    assert all(path.is_file() for path in data.paths)


def test_magnatagatune_with_synonyms_merged(tmp_path):
    data = magnatagatune.load(datasets.magnatagatune(tmp_path), n_tags=3, merge_synonyms=True)
    assert data.labels == ("no singer", "guitar", "drum")


def test_clips_of_a_song_stay_together_if_asked(tmp_path):
    data = magnatagatune.load(datasets.magnatagatune(tmp_path), by_song=True)
    for song in np.unique(data.groups):
        assert len(set(data.split[data.groups == song])) == 1
    assert len(np.unique(data.groups)) == 8


def test_absent_clips_of_magnatagatune_are_named(tmp_path):
    datasets.magnatagatune(tmp_path)
    (tmp_path / "0" / "artist-album-00-song-0-29.mp3").unlink()
    data = magnatagatune.load(tmp_path)
    assert data.absent == ("0/artist-album-00-song-0-29.mp3",)
    assert len(data) == 15


def test_the_published_merge_leaves_134_tags_of_188():
    names = [name for line in SYNONYMS for name in line]
    assert len(names) == len(set(names))
    others = tuple(f"tag {number}" for number in range(188 - len(names)))
    tags = (*names, *others)
    kept, table = merged(tags, np.eye(188, dtype=bool))
    assert len(kept) == 134
    assert table[:, kept.index("weird" if "weird" in kept else "strange")].sum() == 2


def test_openmic(tmp_path):
    data = openmic.load(datasets.openmic(tmp_path))
    assert data.labels == datasets.OPENMIC_CLASSES
    assert [len(data.rows(side)) for side in Split] == [8, 0, 4]
    assert data.targets[0].tolist() == [1, 0, 1, 1]
    assert data.known[0].tolist() == [True, True, False, False]


def test_openmic_runs_nothing_from_its_arrays(tmp_path):
    datasets.openmic(tmp_path)
    with np.load(tmp_path / "openmic-2018.npz", allow_pickle=True) as arrays:
        others = {name: arrays[name] for name in ("X", "Y_true", "Y_mask")}
    harmful = np.array([print], dtype=object)
    np.savez(tmp_path / "openmic-2018.npz", sample_key=harmful, **others)
    with pytest.raises(DataMissingError, match=r"builtins\.print"):
        openmic.load(tmp_path)


@pytest.mark.parametrize("suffix", [".wav", ".au"])
def test_gtzan_in_the_fault_filtered_split(tmp_path, suffix):
    data = gtzan.load(datasets.gtzan(tmp_path, suffix))
    assert data.labels == datasets.GENRES
    assert [len(data.rows(side)) for side in Split] == [6, 2, 4]
    assert data.labels[data.targets[-1].argmax()] == data.paths[-1].parent.name


def test_gtzan_says_where_the_lists_are(tmp_path):
    (datasets.gtzan(tmp_path) / "valid_filtered.txt").unlink()
    with pytest.raises(DataMissingError, match=r"valid_filtered\.txt.*dnn-mgr"):
        gtzan.load(tmp_path)


def test_idmt_tells_effects_from_names_and_keeps_notes_together(tmp_path):
    data = idmt.load(datasets.idmt(tmp_path))
    assert len(data.labels) == 12
    assert not idmt.absent_effects(data)
    assert len(data) == 2 * 5 * 12
    for path, row in zip(data.paths, data.targets, strict=True):
        assert idmt.EFFECTS[path.stem.split("-")[2][1:3]] == data.labels[row.argmax()]
    for note in np.unique(data.groups):
        assert len(set(data.split[data.groups == note])) == 1
        assert (data.groups == note).sum() == 12


def test_a_plain_set_keeps_sub_folders_together(tmp_path):
    for number in range(10):
        write(tmp_path / "kick" / "pack" / f"{number}.wav")
        write(tmp_path / "snare" / f"{number}.wav")
    data = folders.load(tmp_path)
    assert data.labels == ("kick", "snare")
    kicks = data.targets[:, 0] == 1
    assert len(set(data.groups[kicks])) == 1
    assert len(set(data.groups[~kicks])) == 10


def test_a_table_tells_degrees_from_yes_and_no(tmp_path):
    for name in ("a.wav", "b.wav"):
        write(tmp_path / name)
    listing = "path,vocals,energy\na.wav,1,0.3\nb.wav,0,\nmissing.wav,1,1\n"
    (tmp_path / "tags.csv").write_text(listing)
    data = table.load(tmp_path / "tags.csv")
    assert table.regression_tags(data).tolist() == [False, True]
    assert data.known.tolist() == [[True, True], [True, False]]
    assert data.absent == ("missing.wav",)


@pytest.mark.parametrize("load", [magnatagatune.load, openmic.load, gtzan.load, idmt.load])
def test_an_empty_folder_says_where_the_data_set_is_published(tmp_path, load):
    with pytest.raises(DataMissingError, match="published"):
        load(tmp_path)
