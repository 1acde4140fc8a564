package import Prediction

extension ModelFormat {
    /// ONNX (onnx.ai), run by onnxruntime.
    package static let onnx = ModelFormat(
        name: "ONNX",
        endings: [".onnx"],
        isBegunBy: { head in
            // The first field that writers put is the file's version, a small number.
            guard let first = head.first, let version = head.dropFirst().first else { return false }
            return first == 0x08 && (1..<0x80).contains(version)
        },
        loadTensors: { bytes, path, options throws(ModelDefect) in try ONNXModel.load(bytes, path: path, options) },
        outline: { bytes, _ throws(ModelDefect) in try ONNXFileReader.read(bytes).description }
    )
}
