"""Models in files: what comes back, exact resumption, and files that are refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import Classes, Run

import densepy
from densepy import Sequential, layers, losses, metrics, models, optimizers, regularizers
from densepy._backend import library


def test_a_model_comes_back_as_it_was(classes: Classes, tmp_path: Path) -> None:
    model = Sequential(
        [
            layers.Dense(6, "gelu", kernel_initializer=densepy.initializers.RandomNormal(0.0, 0.3), input_shape=(4,)),
            layers.BatchNormalization(momentum=0.8),
            layers.Dropout(0.1, seed=5),
            layers.Activation("tanh"),
            layers.Dense(3, "softmax", kernel_regularizer=regularizers.L1L2(0.01, 0.02), name="probabilities"),
        ]
    )
    model.compile(
        optimizers.AdamW(0.01, weight_decay=0.1, clipnorm=2.0),
        losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy", metrics.Precision(class_id=1, name="first"), "acc"],
    )
    model.fit(*classes, epochs=2, verbose=0)
    model.save(tmp_path / "model.safetensors")
    again = models.load_model(tmp_path / "model.safetensors")
    assert np.array_equal(again.predict(classes[0]), model.predict(classes[0]))
    assert again.evaluate(*classes, verbose=0) == model.evaluate(*classes, verbose=0)
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in model.layers]
    for found, expected in zip(again.layers, model.layers, strict=True):
        mine, theirs = found.get_config(), expected.get_config()
        theirs.pop("input_shape", None)
        assert mine == theirs
    assert again.optimizer == model.optimizer
    assert again.loss == model.loss
    assert again.metrics == model.metrics
    assert again.metrics_names == ["loss", "accuracy", "first", "acc"]
    assert again.name == model.name
    assert models.load_model(tmp_path / "model.safetensors", compile=False).loss is None


def test_training_goes_on_as_if_it_had_never_stopped(
    classifier: Sequential, classes: Classes, tmp_path: Path, run: Run
) -> None:
    np.savez(tmp_path / "data.npz", x=classes[0], y=classes[1])
    classifier.fit(*classes, epochs=2, verbose=0)
    classifier.save(tmp_path / "half.safetensors")
    classifier.fit(*classes, epochs=2, verbose=0)
    code = f"""
import numpy as np, densepy
data = np.load({str(tmp_path / "data.npz")!r})
model = densepy.models.load_model({str(tmp_path / "half.safetensors")!r})
model.fit(data["x"], data["y"], epochs=2, verbose=0)
print(b"".join(w.tobytes() for w in model.get_weights()).hex(), model.optimizer.iterations)
"""
    weights = b"".join(w.tobytes() for w in classifier.get_weights()).hex()
    assert run(code).split() == [weights, "28"]


def test_weights_alone(classifier: Sequential, classes: Classes, tmp_path: Path) -> None:
    classifier.build()
    classifier.save_weights(tmp_path / "weights.safetensors")
    other = Sequential([layers.Dense(8, "relu"), layers.Dense(3, "softmax")])
    other.build((None, 4))
    other.load_weights(tmp_path / "weights.safetensors")
    assert np.array_equal(other(classes[0]), classifier(classes[0]))
    wrong = Sequential([layers.Dense(7, "relu", input_shape=(4,)), layers.Dense(3, "softmax")])
    with pytest.raises(ValueError, match=r"expected kernel of shape \(4, 7\), received shape \(4, 8\)"):
        wrong.load_weights(tmp_path / "weights.safetensors")


def test_images_go_in_after_loading(tmp_path: Path) -> None:
    model = Sequential([densepy.Input((3, 4)), layers.Flatten(), layers.Dense(2)])
    images = np.random.default_rng(0).random((5, 3, 4))
    model.save(tmp_path / "model")
    again = models.load_model(tmp_path / "model")
    assert np.array_equal(again(images), model(images))
    assert again.input_shape == (None, 3, 4)
    assert again.get_config() == model.get_config()


@pytest.mark.parametrize("shape", ["", "3", "3,5", "3,4,", "-3,-4", "a,b", "٣,4", "9" * 4000, "0,4", "12,1,1,1,2"])
def test_a_wrong_shape_of_samples_is_named(tmp_path: Path, shape: str) -> None:
    model = Sequential([densepy.Input((3, 4)), layers.Flatten(), layers.Dense(2)])
    model.build()
    library.network_set_note(model._ready().value, "densepy.sample_shape", shape)
    library.network_save(model._ready().value, str(tmp_path / "model"))
    with pytest.raises(densepy.FileFormatError, match="expected sizes whose product is 12, received"):
        models.load_model(tmp_path / "model")
    flat = Sequential([layers.Dense(2, input_shape=(12,))])
    flat.build()
    library.network_set_note(flat._ready().value, "densepy.sample_shape", "3,4")
    library.network_save(flat._ready().value, str(tmp_path / "model"))
    with pytest.raises(densepy.FileFormatError, match="expected 12, as the model does not begin with Flatten"):
        models.load_model(tmp_path / "model")


def test_files_without_notes_load(tmp_path: Path) -> None:
    model = Sequential([densepy.Input((3, 4)), layers.Flatten(), layers.Dense(2)])
    model.compile("sgd", "mse", metrics=[metrics.MeanAbsoluteError(name="distance")])
    library.network_save(model._ready().value, str(tmp_path / "model"))
    again = models.load_model(tmp_path / "model")
    assert again.input_shape == (None, 12)
    assert again.metrics_names == ["loss", "mean_absolute_error"]


def test_the_file_is_a_safetensors_file(classifier: Sequential, tmp_path: Path) -> None:
    numpy_tensors = pytest.importorskip("safetensors.numpy")
    classifier.build()
    classifier.save(tmp_path / "model.safetensors")
    tensors = numpy_tensors.load_file(tmp_path / "model.safetensors")
    kernels = [tensor for tensor in tensors.values() if tensor.shape == (4, 8)]
    assert any(np.array_equal(kernel, classifier.get_weights()[0]) for kernel in kernels)


def test_the_checksum_is_that_of_the_documentation(classifier: Sequential, tmp_path: Path) -> None:
    numpy_tensors = pytest.importorskip("safetensors.numpy")
    safetensors = pytest.importorskip("safetensors")
    xxhash = pytest.importorskip("xxhash")
    path = tmp_path / "model.safetensors"
    classifier.build()
    classifier.save(path)
    content = path.read_bytes()
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    given = metadata.pop("dense_xxh64")
    hash_ = xxhash.xxh64()
    shapes = {name: ",".join(str(extent) for extent in tensor.shape) for name, tensor in tensors.items()}
    for entries in (metadata, shapes):
        for name, text in sorted(entries.items()):
            hash_.update(f"{name}\0{text}\0".encode())
    data = 8 + int.from_bytes(content[:8], "little")
    hash_.update(content[data:])
    assert given == hash_.hexdigest()

    # Another program may write the same contents in its own form.
    header = json.loads(content[8:data])
    header["__metadata__"] = dict(reversed(header["__metadata__"].items()))
    text = json.dumps(dict(reversed(header.items())), indent=1).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[data:])
    again = models.load_model(path)
    assert all(np.array_equal(a, b) for a, b in zip(again.get_weights(), classifier.get_weights(), strict=True))
    tensors["dense/kernel"] = tensors["dense/kernel"] * 2
    numpy_tensors.save_file(tensors, path, {**metadata, "dense_xxh64": given})
    with pytest.raises(densepy.FileFormatError, match=f"expected contents of the checksum {given}, .*, received"):
        models.load_model(path)
    numpy_tensors.save_file(tensors, path, metadata)
    assert np.array_equal(models.load_model(path).get_weights()[0], classifier.get_weights()[0] * 2)


def test_refusals(classifier: Sequential, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    for name in ("model.keras", "model.h5", "weights.weights.h5"):
        with pytest.raises(ValueError, match="choose another suffix"):
            classifier.save(tmp_path / name)
    with pytest.raises(ValueError, match="zipped=True is not supported"):
        classifier.save(path, zipped=True)
    classifier.save(path)
    with pytest.raises(FileExistsError, match="overwrite is False"):
        classifier.save(path, overwrite=False)
    with pytest.raises(densepy.FileAccessError):
        models.load_model(tmp_path / "absent")
    with pytest.raises(OSError, match="no folder"):
        classifier.save(tmp_path / "no folder" / "model")
    with pytest.raises(ValueError, match="safe_mode=False is not supported"):
        models.load_model(path, safe_mode=False)
    content = path.read_bytes()
    for torn in (b"", content[:7], content[:100], content[:-1], content + b"x", b"\xff" * 64):
        (tmp_path / "torn").write_bytes(torn)
        with pytest.raises(densepy.FileFormatError):
            models.load_model(tmp_path / "torn")
    layer = layers.Dense(2)
    layer.build(3)
    layer.save(tmp_path / "layer")
    with pytest.raises(densepy.FileFormatError, match="expected a network, received a layer"):
        models.load_model(tmp_path / "layer")
