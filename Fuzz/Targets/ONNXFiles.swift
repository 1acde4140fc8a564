import ONNX
import Prediction

extension FuzzTarget {
    /// What is read of an ONNX file before onnxruntime sees it; its own parser is not Roost's to fuzz.
    static let onnx = FuzzTarget("onnx") { bytes in
        // Refusing is the other good end.
        _ = try? ModelFormat.onnx.outline?(Array(bytes), Model.Options())
    }
}
